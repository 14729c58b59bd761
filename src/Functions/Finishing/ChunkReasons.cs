using AeServerless.Functions.Runs;

namespace AeServerless.Functions.Finishing;

/// <summary>Says why a chunk had to be computed.</summary>
internal sealed class ChunkReasons
{
    private readonly HashSet<string> _changed;
    private readonly HashSet<string> _added;
    private readonly RunChanges _changes;
    private readonly string _weights;
    private readonly string[] _shards;

    public ChunkReasons(RunRequest request, RunChanges changes, RunPlan plan)
    {
        _changes = changes;
        (_changed, _added) = ([.. changes.Changed], [.. changes.Added]);
        _weights = string.Join(", ", plan.Weights.Where(path => _changed.Contains(path) || _added.Contains(path)));
        _shards = [.. plan.Shards.Select(shard => InputPaths.Shard(request.Dataset, shard))];
    }

    public string Shard(PlannedRange range) => _shards[range.Shard];

    public string Of(PlannedRange range)
    {
        var shard = Shard(range);
        return _changes.PreviousRun is null ? "no earlier run of this recipe over this dataset"
            : _changed.Contains(shard) ? $"{shard} changed"
            : _added.Contains(shard) ? $"{shard} is new"
            : _weights.Length > 0 ? $"{_weights} changed"
            : "its rows and sequences were not together in a chunk before";
    }
}
