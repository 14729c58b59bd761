using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Results.Views;

/// <summary>
/// Which latents of an autoencoder are active on the same tokens, from a file of its latents at every token. Counts are exact; pairs below
/// a threshold are left out, which is as low as memory and size allow: 1 where all pairs fit.
/// </summary>
public static class CoactivationTable
{
    /// <summary>Pairs that are told apart while they are counted: 50 MB.</summary>
    public const int MaxCounted = 1 << 21;

    /// <summary>Pairs in the file for each latent, at most; a pair stands in both latents' rows.</summary>
    public const int MaxPairsALatent = 128;

    /// <summary>Pairs in the file, at most.</summary>
    public const int MaxPairs = 1 << 20;

    /// <summary>
    /// Pairs that are met, at most, each as often as it is: some seconds. Of a longer dataset the first tokens are counted.
    /// </summary>
    public const long MaxMet = 1L << 29;

    private const int LatentBits = 32;

    /// <summary>Counts pairs and writes <c>coactivation/{autoencoder}/{layer}</c>.</summary>
    /// <param name="latents">A file <c>latents/{scalar}/{layer}</c>.</param>
    /// <param name="autoencoder">The autoencoder's name.</param>
    /// <param name="layer">Its layer.</param>
    /// <param name="width">How many latents it has.</param>
    /// <param name="run">Where the file goes.</param>
    /// <param name="cancellationToken">Cancels the counting.</param>
    /// <param name="maxCounted">See <see cref="MaxCounted"/>.</param>
    /// <returns>What was written; <see langword="null"/>, and nothing written, where there was no token to count.</returns>
    public static async Task<CoactiveLatents?> WriteAsync(
        IByteSource latents,
        string autoencoder,
        int layer,
        int width,
        IResultSink run,
        CancellationToken cancellationToken,
        int maxCounted = MaxCounted)
    {
        ArgumentNullException.ThrowIfNull(latents);
        ArgumentNullException.ThrowIfNull(run);
        var rows = new LatentRows(await SafetensorsFile.OpenAsync(latents, cancellationToken));
        var possible = (long)width * (width - 1) / 2;
        var counter = new PairCounter((int)Math.Clamp(possible, 1, maxCounted));
        var (counted, end) = await CountAsync(rows, counter, rows.Tokens, MaxMet, cancellationToken);
        if (counted == 0)
        {
            return null;
        }

        var least = counter.Missed + 1;
        if (least > 1)
        {
            counter.CountAgain();
            await CountAsync(rows, counter, end, long.MaxValue, cancellationToken);
        }

        var (pairs, threshold) = Keep([.. counter.All()], least, Math.Min(MaxPairs, (long)MaxPairsALatent * width));
        using var tensors = new TensorSet();
        tensors.Metadata["schema"] = ResultMetadata.Schema;
        tensors.Metadata["autoencoder"] = autoencoder;
        tensors.Metadata.Put("layer", layer);
        tensors.Metadata.Put("tokens", counted);
        tensors.Metadata.Put("threshold", threshold);
        var coactive = new CoactiveLatents(pairs, width, LatentBits);
        tensors.Add("indptr", coactive.Starts);
        tensors.Add("indices", Array.ConvertAll(coactive.Partners, partner => partner.Latent));
        tensors.Add("counts", Array.ConvertAll(coactive.Partners, partner => partner.Count));
        await tensors.WriteAsync(run, ResultNames.Coactivation(autoencoder, layer), cancellationToken);
        return coactive;
    }

    /// <summary>Meets the pairs of the first tokens.</summary>
    /// <returns>How many tokens count, and where it stopped.</returns>
    private static async Task<(long Counted, long End)> CountAsync(
        LatentRows rows, PairCounter counter, long end, long most, CancellationToken cancellationToken)
    {
        var (counted, met) = (0L, 0L);
        await foreach (var block in rows.ReadAsync(withValues: false, cancellationToken))
        {
            for (var token = 0; token < block.Tokens; token++)
            {
                var active = block.Starts[token + 1] - (long)block.Starts[token];
                met += active * (active - 1) / 2;
                if (block.FirstToken + token == end || met > most)
                {
                    return (counted, block.FirstToken + token);
                }

                if (block.Counts(token))
                {
                    counted++;
                    Add(counter, block.Of(token));
                }
            }
        }

        return (counted, end);
    }

    private static void Add(PairCounter counter, ReadOnlySpan<int> latents)
    {
        for (var i = 0; i < latents.Length; i++)
        {
            for (var j = i + 1; j < latents.Length; j++)
            {
                var (low, high) = (Math.Min(latents[i], latents[j]), Math.Max(latents[i], latents[j]));
                counter.Add(((ulong)(uint)low << LatentBits) | (uint)high);
            }
        }
    }

    /// <summary>All pairs from the lowest threshold on that leaves no more than fit.</summary>
    private static ((ulong Pair, uint Count)[] Pairs, long Threshold) Keep((ulong Pair, uint Count)[] pairs, long least, long most)
    {
        var enough = pairs.Where(one => one.Count >= least).OrderByDescending(one => one.Count).ToArray();
        var threshold = enough.Length > most ? Math.Max(least, enough[most].Count + 1L) : least;
        return ([.. enough.TakeWhile(one => one.Count >= threshold)], threshold);
    }
}
