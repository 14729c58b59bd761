using System.Globalization;

namespace AeServerless.Cli.Latents;

/// <summary>A histogram as lines of text.</summary>
internal static class HistogramText
{
    private const int MostLines = 16;
    private const int MostWidth = 40;

    /// <summary>Bars from the lowest values to the highest: empty bins at the ends are left out, those beside each other joined.</summary>
    /// <param name="edges">Edges of the bins of magnitudes, <c>[bins + 1]</c>.</param>
    /// <param name="positive">Counts of values above 0.</param>
    /// <param name="negative">Counts of values below 0 by magnitude; may be empty.</param>
    public static IEnumerable<string> Lines(float[] edges, long[] positive, long[] negative)
    {
        var bins = negative.Select((count, i) => (From: -edges[i + 1], To: -edges[i], Count: count)).Reverse()
            .Concat(positive.Select((count, i) => (From: edges[i], To: edges[i + 1], Count: count)))
            .SkipWhile(bin => bin.Count == 0).Reverse().SkipWhile(bin => bin.Count == 0).Reverse().ToList();
        if (bins.Count == 0)
        {
            return [];
        }

        var lines = bins.Chunk((bins.Count + MostLines - 1) / MostLines)
            .Select(some => (some[0].From, some[^1].To, Count: some.Sum(bin => bin.Count))).ToList();
        var most = lines.Max(line => line.Count);
        return lines.Select(line => string.Create(
            CultureInfo.InvariantCulture, $"{line.From,10:g4} to {line.To,-10:g4} {Bar(line.Count, most)} {line.Count:N0}"));
    }

    private static string Bar(long count, long most)
    {
        var eighths = (int)Math.Ceiling(count * (MostWidth * 8.0) / most);
        var rest = eighths % 8;
        return new string('█', eighths / 8) + (rest > 0 ? (char)('█' + 8 - rest) : "");
    }
}
