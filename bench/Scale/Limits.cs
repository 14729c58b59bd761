namespace AeServerless.Bench.Scale;

/// <summary>Lower bounds of a run's time, one for each thing that can run out. The largest binds.</summary>
public static class Limits
{
    /// <summary>The bounds in seconds, by what they belong to.</summary>
    public static IReadOnlyDictionary<string, double> Of(ScaleInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var chunks = inputs.Chunks;
        var busy = chunks * inputs.ChunkSeconds;
        var workers = Math.Min(inputs.Workers, chunks);
        var (actions, merges) = Counts(inputs, chunks);
        return new Dictionary<string, double>(StringComparer.Ordinal)
        {
            ["GPUs"] = chunks * (inputs.ChunkOverheadSeconds + (inputs.ChunkTokens / inputs.TokensPerSecond)) / workers,
            ["network of a worker"] = chunks
                * (inputs.ChunkOverheadSeconds + (inputs.ChunkTokens * inputs.BytesPerToken / inputs.WorkerBytesPerSecond))
                / workers,
            ["window of chunks in flight"] = busy / Math.Min(
                chunks, (long)Math.Min(inputs.Window, inputs.GroupChunks) * Math.Min(inputs.GroupsInFlight, Groups(inputs, chunks))),
            ["scheduler"] = actions / inputs.ActionsPerSecond,
            ["storage account"] = chunks * inputs.ChunkTokens * inputs.BytesPerToken / inputs.AccountBytesPerSecond,
            ["merges"] = merges * inputs.MergeSeconds / inputs.ControlSlots,
            ["start and end"] =
                inputs.PollingSeconds + inputs.ColdStartSeconds + inputs.ChunkSeconds + (inputs.MergeSeconds * Depth(inputs, chunks)),
        };
    }

    /// <summary>What binds.</summary>
    public static string Binding(ScaleInputs inputs)
    {
        var limits = Of(inputs);
        // Where the window is just wide enough it is as high as the workers' own bound: then it is the workers that are busy.
        return limits.OrderByDescending(limit => limit.Value).ThenBy(
            limit => limit.Key.StartsWith("window", StringComparison.Ordinal)).First().Key;
    }

    /// <summary>The bounds as an estimate: what binds, after the first worker is there and before the last merge is done.</summary>
    public static double ClosedForm(ScaleInputs inputs)
    {
        var limits = Of(inputs);
        return limits["start and end"] + limits.Where(limit => limit.Key != "start and end").Max(limit => limit.Value);
    }

    /// <summary>Actions (one for each orchestration, two for each activity and sub-orchestration) and merges of some chunks.</summary>
    public static (long Actions, long Merges) Counts(ScaleInputs inputs, long chunks)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var groups = Groups(inputs, chunks);
        var merges = (groups * Merges(inputs, Math.Min(chunks, inputs.GroupChunks))) + Merges(inputs, groups);
        // Planning and finishing the run; each group itself, its start and its plan.
        return (1 + 4 + (groups * 5) + (2 * chunks) + (2 * merges), merges);
    }

    private static long Groups(ScaleInputs inputs, long chunks) => (chunks + inputs.GroupChunks - 1) / inputs.GroupChunks;

    private static long Merges(ScaleInputs inputs, long leaves)
    {
        long merges = 0;
        while (leaves > 1)
        {
            leaves = (leaves + inputs.MergeFanIn - 1) / inputs.MergeFanIn;
            merges += leaves;
        }

        return merges;
    }

    private static int Depth(ScaleInputs inputs, long chunks)
    {
        var depth = 0;
        foreach (var leaves in new[] { Math.Min(chunks, inputs.GroupChunks), Groups(inputs, chunks) })
        {
            for (var width = leaves; width > 1; width = (width + inputs.MergeFanIn - 1) / inputs.MergeFanIn)
            {
                depth++;
            }
        }

        return depth;
    }
}
