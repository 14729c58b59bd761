using AeServerless.Engine;
using AeServerless.Functions.Runs;
using Microsoft.Extensions.Logging;

namespace AeServerless.Functions.Planning;

/// <summary>Plans a run.</summary>
public sealed class PlanRun(RunPlanner planner, ILogger<PlanRun> logger)
{
    /// <summary>Checks everything that can be checked before computing, and writes the plan.</summary>
    /// <exception cref="InvalidInputException">The run can't be done, for a reason that the message names.</exception>
    [Function(nameof(PlanRun))]
    public async Task<GroupSizing> RunAsync([ActivityTrigger] RunReference run, CancellationToken cancellationToken)
    {
        using var span = RunSpans.Start("plan", run.RunId);
        try
        {
            var sizing = await planner.PlanAsync(run.RunId, cancellationToken);
            Log.RunPlanned(logger, run.RunId, sizing.Chunks, sizing.Tokens, sizing.Groups());
            return sizing;
        }
        catch (InvalidInputException error)
        {
            Log.PlanFailed(logger, run.RunId, error.Message);
            throw;
        }
    }
}
