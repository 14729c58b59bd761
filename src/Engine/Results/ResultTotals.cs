namespace AeServerless.Engine.Results;

/// <summary>What a result covers.</summary>
/// <param name="Sequences">Number of sequences.</param>
/// <param name="Tokens">Number of tokens, with those that are not finite.</param>
public sealed record ResultTotals(long Sequences, long Tokens)
{
    /// <summary>The median norms that tokens were excluded by, by autoencoder, layer and sequence; one where it changes.</summary>
    public IReadOnlyList<MedianNorm> MedianNorms { get; init; } = [];

    /// <summary>The totals of consecutive results.</summary>
    internal static ResultTotals Merge(IReadOnlyList<ResultTotals> parts)
    {
        var norms = new List<MedianNorm>();
        var sequences = 0L;
        foreach (var part in parts)
        {
            norms.AddRange(part.MedianNorms.Select(norm => norm with { FirstSequence = norm.FirstSequence + sequences }));
            sequences += part.Sequences;
        }

        return new ResultTotals(sequences, parts.Sum(part => part.Tokens))
        {
            MedianNorms =
            [
                .. norms.GroupBy(norm => (norm.Autoencoder, norm.Layer))
                    .OrderBy(group => group.Key.Autoencoder, StringComparer.Ordinal)
                    .ThenBy(group => group.Key.Layer)
                    .SelectMany(Changes),
            ],
        };
    }

    // What does not depend on where chunks begin: consecutive ones of a shard say the same.
    private static IEnumerable<MedianNorm> Changes(IEnumerable<MedianNorm> norms)
    {
        MedianNorm? before = null;
        foreach (var norm in norms.OrderBy(norm => norm.FirstSequence))
        {
            if (before is null || !before.Norm.Equals(norm.Norm))
            {
                yield return norm;
            }

            before = norm;
        }
    }
}
