using System.Text.Json;
using AeServerless.Contracts;
using AeServerless.Functions.Orchestrations;
using AeServerless.Functions.Runs;

namespace AeServerless.Functions.Starting;

/// <summary>What is known of runs: their orchestrations' statuses, with what the groups under way have done counted in.</summary>
public sealed class RunCatalog(ChunkTracker tracker, TimeProvider clock)
{
    /// <summary>A run, or <see langword="null"/> where there is none of that id.</summary>
    public async Task<RunDescription?> FindAsync(DurableTaskClient client, string runId, CancellationToken cancellationToken)
    {
        var instance = RunIds.IsValid(runId) ? await client.GetInstanceAsync(runId, getInputsAndOutputs: true, cancellationToken) : null;
        if (instance is null)
        {
            return null;
        }

        return await DescribeAsync(client, instance, cancellationToken);
    }

    // With what the groups under way have done.
    private async Task<RunDescription> DescribeAsync(
        DurableTaskClient client, OrchestrationMetadata instance, CancellationToken cancellationToken)
    {
        var progress = Progress(instance);
        var now = instance.IsCompleted ? instance.LastUpdatedAt.UtcDateTime : clock.GetUtcNow().UtcDateTime;
        foreach (var group in instance.RuntimeStatus == OrchestrationRuntimeStatus.Completed ? [] : progress.Groups)
        {
            var found = await client.GetInstanceAsync(group, getInputsAndOutputs: true, cancellationToken);
            if (found is { SerializedCustomStatus: not null } && found.ReadCustomStatusAs<GroupProgress>() is { } done)
            {
                progress = progress.Add(done.ChunksDone, done.TokensDone, now);
            }
        }

        if (instance.IsCompleted || progress.ComputingSince is not { } since)
        {
            tracker.Forget(instance.InstanceId);
            return Describe(instance, progress);
        }

        var known = Math.Min(progress.TokensTotal, progress.TokensDone + tracker.TokensOf(instance.InstanceId));
        var shown = tracker.AtLeastShown(instance.InstanceId, since, known);
        return Describe(instance, progress.Add(chunks: 0, Math.Max(0, shown - progress.TokensDone), now));
    }

    /// <summary>The newest runs.</summary>
    /// <param name="client">Reaches the task hub.</param>
    /// <param name="status">Only runs of this status.</param>
    /// <param name="dataset">Only runs over this dataset.</param>
    /// <param name="limit">The most that are listed.</param>
    /// <param name="cancellationToken">Cancels the listing.</param>
    public async Task<IReadOnlyList<RunDescription>> ListAsync(
        DurableTaskClient client, RunStatus? status, string? dataset, int limit, CancellationToken cancellationToken)
    {
        var query = new OrchestrationQuery(
            Statuses: status is { } wanted ? [wanted.ToDurable()] : null, InstanceIdPrefix: RunIds.Prefix, FetchInputsAndOutputs: true);
        var newest = new PriorityQueue<OrchestrationMetadata, DateTimeOffset>();
        await foreach (var instance in client.GetAllInstancesAsync(query).WithCancellation(cancellationToken))
        {
            var run = Describe(instance, Progress(instance));
            if (RunIds.IsValid(run.RunId) && (dataset is null || run.Dataset == dataset))
            {
                newest.Enqueue(instance, run.CreatedAt);
                if (newest.Count > limit)
                {
                    newest.Dequeue();
                }
            }
        }

        var runs = new List<RunDescription>(newest.Count);
        foreach (var (instance, _) in newest.UnorderedItems)
        {
            runs.Add(instance.IsCompleted
                ? Describe(instance, Progress(instance))
                : await DescribeAsync(client, instance, cancellationToken));
        }

        return [.. runs.OrderByDescending(run => run.CreatedAt).ThenBy(run => run.RunId, StringComparer.Ordinal)];
    }

    /// <summary>Progress as an orchestration's custom status has it.</summary>
    public static RunProgress Progress(OrchestrationMetadata instance)
    {
        try
        {
            var progress = instance.SerializedCustomStatus is null ? null : instance.ReadCustomStatusAs<RunProgress>();
            return progress ?? new RunProgress();
        }
        catch (JsonException)
        {
            return new RunProgress();
        }
    }

    private static RunDescription Describe(OrchestrationMetadata instance, RunProgress progress)
    {
        var run = instance.SerializedInput is null ? null : instance.ReadInputAs<RunReference>();
        var isDone = instance is { RuntimeStatus: OrchestrationRuntimeStatus.Completed, SerializedOutput: not null };
        return new RunDescription
        {
            RunId = instance.InstanceId,
            Status = instance.RuntimeStatus.ToContract(),
            Dataset = run?.Dataset ?? "",
            Recipe = run?.Recipe ?? "",
            CreatedAt = instance.CreatedAt,
            LastUpdatedAt = instance.LastUpdatedAt,
            Phase = progress.Phase,
            ChunksDone = progress.ChunksDone,
            ChunksTotal = progress.ChunksTotal,
            TokensDone = progress.TokensDone,
            TokensTotal = progress.TokensTotal > 0 ? progress.TokensTotal : null,
            SecondsLeft = instance.IsCompleted ? null : progress.SecondsLeft(),
            TokensPerSecond = progress.TokensPerSecond,
            Error = Error(instance, progress),
            Result = isDone ? instance.ReadOutputAs<RunFigures>() : null,
        };
    }

    private static Failure? Error(OrchestrationMetadata instance, RunProgress progress) => instance.RuntimeStatus switch
    {
        OrchestrationRuntimeStatus.Failed =>
            progress.Error ?? new Failure(nameof(RunOrchestration), instance.FailureDetails?.ErrorMessage ?? "failed"),
        OrchestrationRuntimeStatus.Terminated => new Failure("run", "was terminated"),
        _ => null,
    };
}
