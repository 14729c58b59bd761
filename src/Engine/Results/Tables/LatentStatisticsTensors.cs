using AeServerless.Engine.Statistics;

namespace AeServerless.Engine.Results.Tables;

/// <summary>Statistics in a file that can be merged, see <see cref="LatentColumns"/> and <see cref="LatentRows"/>.</summary>
internal static class LatentStatisticsTensors
{
    /// <summary>Adds statistics to a file, and takes them: they are empty when this returns.</summary>
    public static void Add(TensorSet tensors, LatentStatistics statistics)
    {
        var columns = new LatentColumns(tensors, statistics.HasErrorNorms);
        statistics.Drain(columns.Add);
        columns.AddToFile(statistics);
        statistics.Dense?.Clear();
    }

    /// <summary>Adds a file's statistics to <paramref name="into"/>, which has the same width and options.</summary>
    /// <param name="file">The file.</param>
    /// <param name="firstSequence">Where the file's result starts, in sequences of what <paramref name="into"/> is of.</param>
    /// <param name="into">Receives the statistics.</param>
    /// <exception cref="InvalidInputException">The file's tensors do not fit each other.</exception>
    public static void AddTo(LoadedResult file, long firstSequence, LatentStatistics into)
    {
        var rows = new LatentRows(file);
        rows.AddTotalsTo(into);
        rows.AddTo(into, first: 0, firstSequence);
    }
}
