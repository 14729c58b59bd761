using AeServerless.Engine;
using AeServerless.Functions.Runs;
using Microsoft.Extensions.Logging;

namespace AeServerless.Functions.Planning;

/// <summary>Plans a run.</summary>
public sealed class PlanRun(RunPlanner planner, ILogger<PlanRun> logger)
{
    /// <summary>Checks everything that can be checked before computing, and writes the plan.</summary>
    [Function(nameof(PlanRun))]
    public async Task<PlanOutcome> RunAsync([ActivityTrigger] RunReference run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        using var span = RunSpans.Start("plan", run.RunId);
        try
        {
            var outcome = await planner.PlanAsync(run.RunId, cancellationToken);
            Log.RunPlanned(logger, run.RunId, outcome.Chunks, outcome.Tokens, outcome.Groups());
            return outcome;
        }
        catch (InvalidInputException error)
        {
            Log.PlanFailed(logger, run.RunId, error.Message);
            return new PlanOutcome(Chunks: 0, Tokens: 0, GroupChunks: 1, GroupsInFlight: 1, GroupWindow: 1) { Failure = Failure.Of(error) };
        }
    }
}
