using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AeServerless.TestApp;

/// <summary>A run as the product has them: groups of work as sub-orchestrations, a window of activities in each.</summary>
public static class RunFunctions
{
    /// <summary>Setting with a folder in which each activity that runs leaves a line, so that tests see what ran.</summary>
    public const string JournalSetting = "TestAppJournal";

    [Function("Start")]
    public static async Task<IResult> StartAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "start/{id}")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client,
        FunctionContext context,
        CancellationToken cancellationToken)
    {
        var run = await request.ReadFromJsonAsync<RunRequest>(cancellationToken) ?? throw new BadHttpRequestException("A run is needed.");
        await client.ScheduleNewOrchestrationInstanceAsync(nameof(Run), run, new StartOrchestrationOptions(id), cancellationToken);
        return Results.Json(
            client.CreateHttpManagementPayload(id, await context.GetHttpRequestDataAsync()), statusCode: StatusCodes.Status202Accepted);
    }

    [Function("Health")]
    public static string Health([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request) => $"well at {request.Path}";

    [Function(nameof(Run))]
    public static async Task<long> Run([OrchestrationTrigger] TaskOrchestrationContext context, RunRequest run)
    {
        var window = new List<Task<long>>();
        var sum = 0L;
        for (var group = 0; group < run.Groups; group++)
        {
            if (window.Count == run.GroupsInFlight)
            {
                sum += await TakeAnyAsync(window);
            }

            window.Add(context.CallSubOrchestratorAsync<long>(
                nameof(RunGroup), run with { Groups = group }, new SubOrchestrationOptions(
                    instanceId: $"{context.InstanceId}-group-{group:D4}")));
            context.SetCustomStatus(new { groupsStarted = group + 1 });
        }

        while (window.Count > 0)
        {
            sum += await TakeAnyAsync(window);
        }

        return sum;
    }

    [Function(nameof(RunGroup))]
    public static async Task<long> RunGroup([OrchestrationTrigger] TaskOrchestrationContext context, RunRequest group)
    {
        var retry = TaskOptions.FromRetryPolicy(new RetryPolicy(4, TimeSpan.FromMilliseconds(50)));
        var window = new List<Task<long>>();
        var sum = 0L;
        for (var item = 0; item < group.ItemsInGroup; item++)
        {
            if (window.Count == group.ItemsInFlight)
            {
                sum += await TakeAnyAsync(window);
            }

            var number = ((long)group.Groups * group.ItemsInGroup) + item;
            window.Add(context.CallActivityAsync<long>(nameof(Work), new WorkItem(number, group.WorkMilliseconds), retry));
        }

        while (window.Count > 0)
        {
            sum += await TakeAnyAsync(window);
        }

        return sum;
    }

    [Function(nameof(Work))]
    public static async Task<long> Work([ActivityTrigger] WorkItem item, CancellationToken cancellationToken)
    {
        if (item.Milliseconds > 0)
        {
            await Task.Delay(item.Milliseconds, cancellationToken);
        }

        if (Environment.GetEnvironmentVariable(JournalSetting) is { } folder)
        {
            var line = string.Create(CultureInfo.InvariantCulture, $"{item.Number}\n");
            await File.AppendAllTextAsync(Path.Combine(folder, $"{Environment.ProcessId}-{item.Number}"), line, cancellationToken);
        }

        return item.Number;
    }

    private static async Task<long> TakeAnyAsync(List<Task<long>> window)
    {
        var ended = await Task.WhenAny(window);
        window.Remove(ended);
        return await ended;
    }
}
