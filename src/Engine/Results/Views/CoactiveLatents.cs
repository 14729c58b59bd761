namespace AeServerless.Engine.Results.Views;

/// <summary>Which latents of an autoencoder are active on the same tokens.</summary>
public sealed class CoactiveLatents
{
    private readonly long[] _starts;
    private readonly (int Latent, long Count)[] _partners;

    internal CoactiveLatents((ulong Pair, uint Count)[] pairs, int width, int latentBits)
    {
        var starts = new long[width + 1];
        foreach (var (pair, _) in pairs)
        {
            starts[(int)(pair >> latentBits) + 1]++;
            starts[(int)(uint)pair + 1]++;
        }

        for (var latent = 0; latent < width; latent++)
        {
            starts[latent + 1] += starts[latent];
        }

        var next = starts.ToArray();
        _partners = new (int Latent, long Count)[2 * pairs.Length];
        foreach (var (pair, count) in pairs)
        {
            var (low, high) = ((int)(pair >> latentBits), (int)(uint)pair);
            _partners[next[low]++] = (high, count);
            _partners[next[high]++] = (low, count);
        }

        _starts = starts;
        for (var latent = 0; latent < width; latent++)
        {
            _partners.AsSpan((int)starts[latent]..(int)starts[latent + 1]).Sort(static (one, other) =>
                one.Count != other.Count ? other.Count.CompareTo(one.Count) : one.Latent.CompareTo(other.Latent));
        }
    }

    internal long[] Starts => _starts;

    internal (int Latent, long Count)[] Partners => _partners;

    /// <summary>The latents that fire with one, the most often first.</summary>
    public ReadOnlySpan<(int Latent, long Count)> Of(int latent) =>
        _partners.AsSpan((int)_starts[latent]..(int)_starts[latent + 1]);
}
