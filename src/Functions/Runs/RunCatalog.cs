using System.Text.Json;
using AeServerless.Functions.Http;
using AeServerless.Functions.Orchestrations;

namespace AeServerless.Functions.Runs;

/// <summary>What is known of runs: their orchestrations' statuses, with the groups under way counted in.</summary>
public sealed class RunCatalog(TimeProvider clock)
{
    private const string Prefix = "run-";

    /// <summary>A run, or <see langword="null"/> where there is none of that id.</summary>
    public async Task<RunAnswer?> FindAsync(DurableTaskClient client, string runId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(runId);
        var instance = IsRunId(runId) ? await client.GetInstanceAsync(runId, getInputsAndOutputs: true, cancellationToken) : null;
        if (instance is null)
        {
            return null;
        }

        var progress = Progress(instance);
        foreach (var group in instance.RuntimeStatus == OrchestrationRuntimeStatus.Completed ? [] : progress.Groups)
        {
            if (await client.GetInstanceAsync(group, getInputsAndOutputs: true, cancellationToken) is { SerializedCustomStatus: not null } under
                && under.ReadCustomStatusAs<GroupProgress>() is { } part)
            {
                progress = progress.Add(part.ChunksDone, part.TokensDone, clock.GetUtcNow().UtcDateTime);
            }
        }

        return Describe(instance, progress);
    }

    /// <summary>The newest runs.</summary>
    /// <param name="client">The hub.</param>
    /// <param name="status">Only runs of this status.</param>
    /// <param name="dataset">Only runs over this dataset.</param>
    /// <param name="limit">The most that are listed.</param>
    /// <param name="cancellationToken">Cancels the listing.</param>
    public async Task<IReadOnlyList<RunAnswer>> ListAsync(
        DurableTaskClient client, OrchestrationRuntimeStatus? status, string? dataset, int limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        var query = new OrchestrationQuery(Statuses: status is { } wanted ? [wanted] : null, InstanceIdPrefix: Prefix, FetchInputsAndOutputs: true);
        var newest = new PriorityQueue<RunAnswer, DateTimeOffset>();
        await foreach (var instance in client.GetAllInstancesAsync(query).WithCancellation(cancellationToken))
        {
            var run = Describe(instance, Progress(instance));
            if (IsRunId(run.RunId) && (dataset is null || run.Dataset == dataset))
            {
                newest.Enqueue(run, run.CreatedAt);
                if (newest.Count > limit)
                {
                    newest.Dequeue();
                }
            }
        }

        return [.. newest.UnorderedItems.Select(item => item.Element).OrderByDescending(run => run.CreatedAt).ThenBy(run => run.RunId, StringComparer.Ordinal)];
    }

    /// <summary>Whether a text can be the id of a run; other texts never reach the hub or storage.</summary>
    public static bool IsRunId(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.StartsWith(Prefix, StringComparison.Ordinal) && text.Length == Prefix.Length + 32 && text.Skip(Prefix.Length).All(char.IsAsciiHexDigitLower);
    }

    /// <summary>Progress as an orchestration's custom status has it.</summary>
    public static RunProgress Progress(OrchestrationMetadata instance)
    {
        ArgumentNullException.ThrowIfNull(instance);
        try
        {
            return instance.SerializedCustomStatus is null ? new RunProgress() : instance.ReadCustomStatusAs<RunProgress>() ?? new RunProgress();
        }
        catch (JsonException)
        {
            return new RunProgress();
        }
    }

    private static RunAnswer Describe(OrchestrationMetadata instance, RunProgress progress)
    {
        var run = instance.SerializedInput is null ? null : instance.ReadInputAs<RunReference>();
        return new RunAnswer
        {
            RunId = instance.InstanceId,
            Status = instance.RuntimeStatus,
            Dataset = run?.Dataset ?? "",
            Recipe = run?.Recipe ?? "",
            CreatedAt = instance.CreatedAt,
            LastUpdatedAt = instance.LastUpdatedAt,
            Phase = progress.Phase,
            ChunksDone = progress.ChunksDone,
            ChunksTotal = progress.ChunksTotal,
            TokensDone = progress.TokensDone,
            TokensPerSecond = progress.TokensPerSecond,
            Error = Error(instance, progress),
            Result = instance is { RuntimeStatus: OrchestrationRuntimeStatus.Completed, SerializedOutput: not null } ? instance.ReadOutputAs<RunResult>() : null,
        };
    }

    private static Failure? Error(OrchestrationMetadata instance, RunProgress progress) => instance.RuntimeStatus switch
    {
        OrchestrationRuntimeStatus.Failed => progress.Error ?? new Failure(nameof(RunOrchestration), instance.FailureDetails?.ErrorMessage ?? "failed"),
        OrchestrationRuntimeStatus.Terminated => new Failure("run", "was terminated"),
        _ => null,
    };
}
