using AeServerless.Functions.Planning;
using AeServerless.Functions.Runs;

namespace AeServerless.Functions.Orchestrations;

/// <summary>Where a run's orchestration stands, and its custom status.</summary>
internal sealed class RunState
{
    private readonly TaskOrchestrationContext _context;
    private RunProgress _progress = new();

    public RunState(TaskOrchestrationContext context)
    {
        _context = context;
        StartedAt = ComputedAt = context.CurrentUtcDateTime;
        Show();
    }

    public DateTime StartedAt { get; }

    public DateTime ComputedAt { get; private set; }

    public void Enter(string phase)
    {
        if (_progress.Phase == "computing")
        {
            ComputedAt = _context.CurrentUtcDateTime;
        }

        _progress = _progress with { Phase = phase };
        Show();
    }

    public void Planned(PlanOutcome plan)
    {
        _progress = _progress with { Phase = "computing", ChunksTotal = plan.Chunks, ComputingSince = _context.CurrentUtcDateTime };
        Show();
    }

    public void GroupStarted(string id)
    {
        _progress = _progress with { Groups = [.. _progress.Groups, id] };
        Show();
    }

    public void GroupDone(string id, GroupOutcome outcome)
    {
        var groups = _progress.Groups.Where(other => other != id);
        _progress = _progress.Add(outcome.ChunksDone(), outcome.Tokens, _context.CurrentUtcDateTime) with { Groups = [.. groups] };
        Show();
    }

    /// <summary>Fails the run where there is a failure.</summary>
    public void Require(Failure? failure)
    {
        if (failure is not null)
        {
            throw Fail(failure);
        }
    }

    public RunFailedException Fail(Failure failure)
    {
        _progress = _progress with { Phase = "failed", Error = failure, Groups = [] };
        Show();
        return new RunFailedException(failure);
    }

    private void Show() => _context.SetCustomStatus(_progress);
}
