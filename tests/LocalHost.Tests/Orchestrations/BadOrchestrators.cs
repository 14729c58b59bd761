using Microsoft.DurableTask;
using AeServerless.LocalHost.Tests.Support;

namespace AeServerless.LocalHost.Tests.Orchestrations;

/// <summary>Orchestrators that break the rules, each in one way. Their first pass is told by a counter, which is the offence.</summary>
internal static class BadOrchestrators
{
    [Function("Step")]
    public static string Step([ActivityTrigger] string text) => text;

    [Function("Other")]
    public static string Other([ActivityTrigger] string text) => text;

    [Function(nameof(CallsAnother))]
    public static async Task CallsAnother([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        await context.CallActivityAsync(IsFirst(context) ? "Step" : "Other", "x");
        await context.CallActivityAsync("Step", "y");
    }

    [Function(nameof(CallsLess))]
    public static async Task CallsLess([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var first = context.CallActivityAsync("Step", "x");
        if (IsFirst(context))
            _ = context.CallActivityAsync("Other", "x");
        await first;
    }

    [Function(nameof(CallsMore))]
    public static async Task CallsMore([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var first = context.CallActivityAsync("Step", "x");
        if (!IsFirst(context))
            _ = context.CallActivityAsync("Other", "x");
        await first;
    }

    [Function(nameof(EndsEarly))]
    public static async Task EndsEarly([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        if (IsFirst(context))
            await context.CallActivityAsync("Step", "x");
    }

    [Function(nameof(TakesTheClock))]
    public static async Task TakesTheClock([OrchestrationTrigger] TaskOrchestrationContext context) =>
        await context.CreateTimer(DateTime.UtcNow.AddMilliseconds(10), CancellationToken.None);

    [Function(nameof(ChildOfChance))]
    public static async Task ChildOfChance([OrchestrationTrigger] TaskOrchestrationContext context) =>
        await context.CallSubOrchestratorAsync("Nothing", null, new SubOrchestrationOptions(instanceId: $"{Guid.NewGuid()}"));

    [Function("Nothing")]
    public static void Nothing([OrchestrationTrigger] TaskOrchestrationContext context) => context.SetCustomStatus("did nothing");

    [Function(nameof(AwaitsDelay))]
    public static async Task AwaitsDelay([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        await Task.Delay(1);
        await context.CallActivityAsync("Step", "x");
    }

    [Function(nameof(LeavesItsThread))]
    public static async Task LeavesItsThread([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        await context.CallActivityAsync("Step", "x").ConfigureAwait(false);
        await context.CallActivityAsync("Step", "y").ConfigureAwait(false);
    }

    private static bool IsFirst(TaskOrchestrationContext context) => Calls.Add(context.InstanceId) == 1;
}
