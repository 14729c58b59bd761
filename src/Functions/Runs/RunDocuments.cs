using AeServerless.Engine;
using AeServerless.Functions.Blobs;
using AeServerless.Functions.Results;

namespace AeServerless.Functions.Runs;

/// <summary>The documents of runs that activities go by. None changes once it is written, so the ones used last are kept.</summary>
public sealed class RunDocuments(ResultStore store)
{
    private const int Kept = 16;

    private readonly RecentCache<string, object> _recent = new(Kept);

    /// <summary>What a run was asked to do.</summary>
    public Task<RunRequest> RequestAsync(string runId, CancellationToken cancellationToken) =>
        ReadAsync<RunRequest>(RunPaths.Request(runId), cancellationToken);

    /// <summary>The plan of a run.</summary>
    public Task<RunPlan> PlanAsync(string runId, CancellationToken cancellationToken) =>
        ReadAsync<RunPlan>(RunPaths.Plan(runId), cancellationToken);

    /// <summary>The chunks of a group.</summary>
    public Task<ChunkGroup> GroupAsync(string runId, int group, CancellationToken cancellationToken) =>
        ReadAsync<ChunkGroup>(RunPaths.Group(runId, group), cancellationToken);

    private async Task<T> ReadAsync<T>(string name, CancellationToken cancellationToken)
        where T : class => (T)await _recent.GetAsync(
            name,
            async () => await store.ReadJsonAsync<T>(name, CancellationToken.None)
                ?? throw new InvalidInputException(name, "is gone while its run is under way. Start the run again"),
            cancellationToken);
}
