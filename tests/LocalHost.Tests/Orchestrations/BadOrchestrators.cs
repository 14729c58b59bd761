using AeServerless.LocalHost.Tests.Support;
using Microsoft.DurableTask;

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
        await context.CallActivityAsync<string>(IsFirst(context) ? "Step" : "Other", "x");
        await context.CallActivityAsync<string>("Step", "y");
    }

    [Function(nameof(CallsLess))]
    public static async Task CallsLess([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var first = context.CallActivityAsync<string>("Step", "x");
        if (IsFirst(context))
        {
            _ = context.CallActivityAsync<string>("Other", "x");
        }

        await first;
    }

    [Function(nameof(EndsEarly))]
    public static async Task EndsEarly([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        if (IsFirst(context))
        {
            await context.CallActivityAsync<string>("Step", "x");
        }
    }

    private static bool IsFirst(TaskOrchestrationContext context) => Calls.Add(context.InstanceId) == 1;
}
