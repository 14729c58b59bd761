using System.Collections.Concurrent;
using Microsoft.DurableTask.Client;

namespace AeServerless.LocalHost.Tests.Timers;

internal static class TimerFunctionsUnderTest
{
    public static ConcurrentQueue<(string Hub, TimerInfo Timer)> Runs { get; } = new();

    [Function("Nightly")]
    public static void Nightly(
        [TimerTrigger("%NightlySchedule%")] TimerInfo timer, FunctionContext context, [DurableClient] DurableTaskClient client)
    {
        Runs.Enqueue((client.Name, timer));
        if (context.FunctionDefinition.Name != "Nightly")
        {
            throw new InvalidOperationException("Another function runs.");
        }
    }
}
