using AeServerless.LocalHost.Tests.Support;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace AeServerless.LocalHost.Tests.Orchestrations;

/// <summary>Well-behaved orchestrators and what they call.</summary>
internal static class Orchestrators
{
    [Function(nameof(Echo))]
    public static string Echo([ActivityTrigger] string text) => text;

    [Function(nameof(Large))]
    public static string Large([ActivityTrigger] int length) => new('x', length);

    [Function(nameof(Throw))]
    public static string Throw([ActivityTrigger] string message) =>
        throw new InvalidOperationException(message, new ArgumentException("the cause"));

    /// <summary>Fails as often as the input says, then returns how often it ran.</summary>
    [Function(nameof(FailFirst))]
    public static int FailFirst([ActivityTrigger] FailFirstInput input)
    {
        var call = Calls.Add(input.Key);
        return call > input.Failures ? call : throw new TimeoutException($"failure {call}");
    }

    [Function(nameof(Everything))]
    public static async Task<List<string>> Everything([OrchestrationTrigger] TaskOrchestrationContext context, string input)
    {
        var logger = context.CreateReplaySafeLogger("Everything");
        var results = new List<string> { input };
        logger.LogInformation("begins {Instance}", context.InstanceId);
        var parallel = Enumerable.Range(0, 5).Select(i => context.CallActivityAsync<string>(nameof(Echo), $"a{i}")).ToList();
        results.AddRange(await Task.WhenAll(parallel));
        results.Add(
            await context.CallSubOrchestratorAsync<string>(
                nameof(Child), "c", new SubOrchestrationOptions(instanceId: context.InstanceId + "-child")));
        await context.CreateTimer(TimeSpan.FromMilliseconds(20), CancellationToken.None);
        results.Add(await context.WaitForExternalEvent<string>("go"));
        context.SetCustomStatus(new { done = results.Count });
        logger.LogInformation("ends {Instance}", context.InstanceId);
        return results;
    }

    [Function(nameof(Child))]
    public static async Task<string> Child([OrchestrationTrigger] TaskOrchestrationContext context, string input) =>
        await context.CallActivityAsync<string>(nameof(Echo), $"{input} of {context.Parent?.InstanceId}");

    /// <summary>Takes time and ids on each pass; all passes must see the same.</summary>
    [Function(nameof(Values))]
    public static async Task<List<string>> Values([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        Calls.Add($"{context.InstanceId} begins {(context.IsReplaying ? "again" : "anew")}");
        var values = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            values.Add($"{context.CurrentUtcDateTime:O} {context.NewGuid()}");
            await context.CallActivityAsync<string>(nameof(Echo), "x");
        }

        foreach (var value in values)
        {
            Calls.Add($"{context.InstanceId} {value}");
        }

        await context.CallActivityAsync<string>(nameof(Echo), "y");
        return values;
    }

    [Function(nameof(Fails))]
    public static Task Fails([OrchestrationTrigger] TaskOrchestrationContext context, string message) =>
        context.CallActivityAsync<string>(nameof(Throw), message);

    [Function(nameof(CatchesActivity))]
    public static async Task<TaskFailureDetails?> CatchesActivity([OrchestrationTrigger] TaskOrchestrationContext context, string name)
    {
        try
        {
            await context.CallActivityAsync(name, "reason");
            return null;
        }
        catch (TaskFailedException e)
        {
            return e.FailureDetails;
        }
    }

    [Function(nameof(CatchesChild))]
    public static async Task<string> CatchesChild([OrchestrationTrigger] TaskOrchestrationContext context, ChildCall call)
    {
        try
        {
            await context.CallSubOrchestratorAsync(call.Name, call.Input);
            return "no failure";
        }
        catch (TaskFailedException e)
        {
            return $"{e.TaskName}: {e.FailureDetails.ErrorMessage}";
        }
    }

    [Function(nameof(RetriesByPolicy))]
    public static Task<int> RetriesByPolicy([OrchestrationTrigger] TaskOrchestrationContext context, FailFirstInput input) =>
        context.CallActivityAsync<int>(nameof(FailFirst), input, TaskOptions.FromRetryPolicy(new RetryPolicy(
            4, TimeSpan.FromMilliseconds(10), backoffCoefficient: 2, maxRetryInterval: TimeSpan.FromMilliseconds(30))));

    [Function(nameof(RetriesMissing))]
    public static Task RetriesMissing([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.CallActivityAsync("NoSuch", TaskOptions.FromRetryPolicy(new RetryPolicy(1000, TimeSpan.FromSeconds(1))));

    [Function(nameof(RetriesByHandler))]
    public static Task<int> RetriesByHandler([OrchestrationTrigger] TaskOrchestrationContext context, FailFirstInput input) =>
        context.CallActivityAsync<int>(nameof(FailFirst), input, TaskOptions.FromRetryHandler(
            retry => retry.LastAttemptNumber < 3 && retry.LastFailure.IsCausedBy<TimeoutException>()));

    [Function(nameof(RetriesChild))]
    public static Task<int> RetriesChild([OrchestrationTrigger] TaskOrchestrationContext context, FailFirstInput input) =>
        context.CallSubOrchestratorAsync<int>(nameof(FailFirstChild), input, new SubOrchestrationOptions(
            new RetryPolicy(3, TimeSpan.FromMilliseconds(10)), context.InstanceId + "-child"));

    [Function(nameof(FailFirstChild))]
    public static Task<int> FailFirstChild([OrchestrationTrigger] TaskOrchestrationContext context, FailFirstInput input) =>
        context.CallActivityAsync<int>(nameof(FailFirst), input);

    [Function(nameof(WaitsInVain))]
    public static async Task<string> WaitsInVain([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        try
        {
            return await context.WaitForExternalEvent<string>("never", TimeSpan.FromSeconds(2));
        }
        catch (TaskCanceledException)
        {
            return "timed out";
        }
    }

    [Function(nameof(WaitsInTime))]
    public static async Task<string> WaitsInTime([OrchestrationTrigger] TaskOrchestrationContext context) =>
        await context.WaitForExternalEvent<string>("GO", TimeSpan.FromDays(100));

    [Function(nameof(Collects))]
    public static async Task<List<int>> Collects([OrchestrationTrigger] TaskOrchestrationContext context, int count)
    {
        context.SetCustomStatus("waits");
        var numbers = new List<int>();
        while (numbers.Count < count)
        {
            numbers.Add(await context.WaitForExternalEvent<int>("number"));
        }

        return numbers;
    }

    /// <summary>Counts down by starting over; each generation takes one event if there is one.</summary>
    [Function(nameof(CountsDown))]
    public static async Task<string> CountsDown([OrchestrationTrigger] TaskOrchestrationContext context, int left)
    {
        await context.CallActivityAsync<string>(nameof(Echo), $"{left}");
        if (left == 0)
        {
            return await context.WaitForExternalEvent<string>("last");
        }

        context.ContinueAsNew(left - 1);
        return "not seen";
    }

    [Function(nameof(Parent))]
    public static Task Parent([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.CallSubOrchestratorAsync(nameof(Collects), 1, new SubOrchestrationOptions(instanceId: context.InstanceId + "-child"));

    [Function(nameof(PassesLarge))]
    public static async Task<string> PassesLarge([OrchestrationTrigger] TaskOrchestrationContext context, string input)
    {
        var large = await context.CallActivityAsync<string>(nameof(Large), 500_000);
        var echoed = await context.CallActivityAsync<string>(nameof(Echo), large + input);
        return echoed;
    }

    [Function(nameof(SetsStatus))]
    public static void SetsStatus([OrchestrationTrigger] TaskOrchestrationContext context, int length) =>
        context.SetCustomStatus(new string('s', length));

    /// <summary>Counts how often it was run: its activity does. Ends when it is told to.</summary>
    [Function(nameof(CountsItself))]
    public static async Task CountsItself([OrchestrationTrigger] TaskOrchestrationContext context, string key)
    {
        await context.CallActivityAsync<int>(nameof(FailFirst), new FailFirstInput(key, 0));
        await context.WaitForExternalEvent<bool>("end");
    }

    /// <summary>Holds its turn for longer than its message is hidden.</summary>
    [Function(nameof(HoldsItsTurn))]
    public static void HoldsItsTurn([OrchestrationTrigger] TaskOrchestrationContext context, int milliseconds)
    {
        using var never = new ManualResetEventSlim();
        context.SetCustomStatus(never.Wait(milliseconds));
    }

    [Function(nameof(Version))]
    public static string Version([OrchestrationTrigger] TaskOrchestrationContext context) => $"{context.Name} {context.Version}";

    public sealed record FailFirstInput(string Key, int Failures);

    public sealed record ChildCall(string Name, string Input);
}
