using AeServerless.Contracts;
using AeServerless.Functions.Runs;

namespace AeServerless.Functions.Orchestrations;

/// <summary>Keeps the custom status of a run's orchestration, and the times of its phases.</summary>
internal sealed class RunProgressReporter
{
    private readonly TaskOrchestrationContext _context;
    private RunProgress _progress = new();

    public RunProgressReporter(TaskOrchestrationContext context)
    {
        _context = context;
        StartedAt = ComputedAt = context.CurrentUtcDateTime;
        Show(_progress);
    }

    public DateTime StartedAt { get; }

    public DateTime ComputedAt { get; private set; }

    public void Enter(string phase)
    {
        if (_progress.Phase == RunPhases.Computing)
        {
            ComputedAt = _context.CurrentUtcDateTime;
        }

        Show(_progress with { Phase = phase });
    }

    public void Planned(int chunks, long tokens) => Show(_progress with
    {
        Phase = RunPhases.Computing,
        ChunksTotal = chunks,
        TokensTotal = tokens,
        ComputingSince = _context.CurrentUtcDateTime,
    });

    public void GroupStarted(string id) => Show(_progress with { Groups = [.. _progress.Groups, id] });

    public void GroupDone(string id, ChunkTotals totals)
    {
        var groups = _progress.Groups.Where(other => other != id);
        Show(_progress.Add(totals.Stored(), totals.Tokens, _context.CurrentUtcDateTime) with { Groups = [.. groups] });
    }

    /// <summary>The groups that are left have failed: their own custom statuses count what they had done, so they stay named.</summary>
    public void Failed(Failure failure) => Show(_progress with { Phase = RunPhases.Failed, Error = failure });

    private void Show(RunProgress progress)
    {
        _progress = progress;
        _context.SetCustomStatus(progress);
    }
}
