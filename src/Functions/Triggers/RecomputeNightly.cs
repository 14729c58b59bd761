using AeServerless.Engine.Recipes;
using AeServerless.Functions.Blobs;
using AeServerless.Functions.Cleanup;
using AeServerless.Functions.Runs;
using AeServerless.Functions.Settings;
using AeServerless.Functions.Starting;
using Microsoft.Extensions.Logging;

namespace AeServerless.Functions.Triggers;

/// <summary>Brings all results up to date, once a night.</summary>
public sealed class RecomputeNightly(
    RunStarter starter, RecipeStore recipes, InputStore inputs, AppSettings settings, ILogger<RecomputeNightly> logger)
{
    /// <summary>
    /// Runs every recipe over every dataset that it is for. Where nothing changed, the run is there and nothing is done but listing; one
    /// that can't be started does not keep the others from it. Then cleans up, where the settings say so.
    /// </summary>
    [Function(nameof(RecomputeNightly))]
    public async Task RunAsync(
        [TimerTrigger("%NightlySchedule%", RunOnStartup = false, UseMonitor = true)] TimerInfo timer,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var known = await recipes.ReadAllAsync(cancellationToken);
        var datasets = 0;
        var started = 0;
        await foreach (var dataset in inputs.ListFoldersAsync("activations", cancellationToken))
        {
            if (await inputs.FindAsync(InputPaths.Manifest(dataset), cancellationToken) is null)
            {
                // Its upload is not complete.
                continue;
            }

            datasets++;
            foreach (var (name, recipe) in known.Where(recipe => recipe.Recipe.Matches(dataset)))
            {
                started += await TryStartAsync(client, dataset, name, recipe, cancellationToken) ? 1 : 0;
            }
        }

        if (settings.NightlyCleanup != NightlyCleanup.Off)
        {
            var options = new CleanupOptions(settings.NightlyCleanup == NightlyCleanup.Apply, settings.RetentionDays);
            await CleanupStarter.StartAsync(client, options, cancellationToken);
        }

        Log.NightlyDone(logger, started, datasets, known.Count);
    }

    private async Task<bool> TryStartAsync(
        DurableTaskClient client, string dataset, string name, Recipe recipe, CancellationToken cancellationToken)
    {
        try
        {
            return (await starter.StartAsync(client, dataset, name, recipe, RunCause.Nightly, cancellationToken)).Started;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            Log.StartFailed(logger, error, name, dataset);
            return false;
        }
    }
}
