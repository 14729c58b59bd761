using System.Text.Json;
using AeServerless.Contracts;
using AeServerless.Engine.Recipes;
using AeServerless.Functions.Orchestrations;
using AeServerless.Functions.Planning;
using AeServerless.Functions.Results;
using AeServerless.Functions.Runs;
using AeServerless.Functions.Settings;
using Microsoft.Extensions.Logging;

namespace AeServerless.Functions.Starting;

/// <summary>Starts runs, each once: a request for what is running or done gets that run.</summary>
public sealed class RunStarter(
    RunInputs inputs, RunBasisReader basis, ResultStore results, AppSettings settings, ILogger<RunStarter> logger)
{
    /// <summary>
    /// Starts the run of a recipe over a dataset, unless it is running or done. One that failed or was terminated starts again.
    /// </summary>
    public async Task<StartedRun> StartAsync(
        DurableTaskClient client, string dataset, string recipeName, Recipe recipe, RunCause cause, CancellationToken cancellationToken)
    {
        var request = await DescribeAsync(dataset, recipeName, recipe, cancellationToken);
        var runId = request.Id();
        if (await ExistingAsync(client, runId, cancellationToken) is { } existing)
        {
            Log.RunExists(logger, runId, dataset, recipeName, existing.Status, $"{cause}");
            return existing;
        }

        if (cause == RunCause.Http)
        {
            // Whoever asks by hand is told at once what an upload's run fails with when it is planned.
            await basis.ReadAsync(request, cancellationToken);
        }

        await results.EnsureCreatedAsync(cancellationToken);
        await results.WriteJsonAsync(RunPaths.Request(runId), request, cancellationToken);
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(
                nameof(RunOrchestration),
                new RunReference(runId, dataset, recipeName),
                new StartOrchestrationOptions(InstanceId: runId),
                cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // Another request for the same run may have been first.
            if (await ExistingAsync(client, runId, cancellationToken) is { } first)
            {
                Log.RunExists(logger, runId, dataset, recipeName, first.Status, $"{cause}");
                return first;
            }

            throw;
        }

        Telemetry.Runs.Add(1, new KeyValuePair<string, object?>("cause", $"{cause}"));
        Log.RunStarted(logger, runId, dataset, recipeName, $"{cause}");
        return new StartedRun(runId, RunStatus.Pending, Started: true);
    }

    /// <summary>The request of a run, with every input in its present version. Nothing is written.</summary>
    public async Task<RunRequest> DescribeAsync(string dataset, string recipeName, Recipe recipe, CancellationToken cancellationToken)
    {
        using var normalised = JsonDocument.Parse(recipe.ToNormalisedJson());
        return new RunRequest
        {
            Dataset = dataset,
            RecipeName = recipeName,
            Recipe = normalised.RootElement.Clone(),
            ChunkTokens = recipe.ChunkTokens ?? settings.ChunkTokens,
            ChunksInFlight = settings.ChunksInFlight,
            Inputs = await inputs.CollectAsync(dataset, recipe, cancellationToken),
        };
    }

    private async Task<StartedRun?> ExistingAsync(DurableTaskClient client, string runId, CancellationToken cancellationToken)
    {
        var instance = await client.GetInstanceAsync(runId, getInputsAndOutputs: false, cancellationToken);
        return instance?.RuntimeStatus.ToContract() switch
        {
            null or RunStatus.Failed or RunStatus.Terminated => null,

            // Results that were removed are made again.
            RunStatus.Completed when !await results.ExistsAsync(RunPaths.Run(runId), cancellationToken) => null,
            { } status => new StartedRun(runId, status, Started: false),
        };
    }
}
