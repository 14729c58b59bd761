namespace AeServerless.Engine.Encoding;

/// <summary>
/// Pairs (row, latent) in order of their latents, rows ascending in each: work over them reads each latent's weights once, while the rows stay
/// in cache. A counting sort; its buffers are kept.
/// </summary>
internal sealed class LatentOrder
{
    private int[] _starts = [];
    private int[] _order = [];
    private int[] _tokens = [];

    /// <summary>Indices of the pairs in the new order. [count]</summary>
    public ReadOnlySpan<int> Order(ReadOnlySpan<int> latents)
    {
        var most = 0;
        foreach (var latent in latents)
        {
            most = Math.Max(most, latent);
        }

        Grow(ref _starts, most + 2);
        Grow(ref _order, latents.Length);
        var starts = _starts.AsSpan(0, most + 2);
        starts.Clear();
        foreach (var latent in latents)
        {
            starts[latent + 1]++;
        }

        for (var latent = 0; latent <= most; latent++)
        {
            starts[latent + 1] += starts[latent];
        }

        for (var i = 0; i < latents.Length; i++)
        {
            _order[starts[latents[i]]++] = i;
        }

        return _order.AsSpan(0, latents.Length);
    }

    /// <summary>The token of each pair of some rows. [count]</summary>
    public ReadOnlySpan<int> Tokens(ReadOnlySpan<int> rowStarts, int firstToken, int lastToken)
    {
        var firstPair = rowStarts[firstToken];
        var count = rowStarts[lastToken] - firstPair;
        Grow(ref _tokens, count);
        for (var token = firstToken; token < lastToken; token++)
        {
            _tokens.AsSpan(rowStarts[token] - firstPair, rowStarts[token + 1] - rowStarts[token]).Fill(token);
        }

        return _tokens.AsSpan(0, count);
    }

    private static void Grow(ref int[] buffer, int length)
    {
        if (buffer.Length < length)
        {
            buffer = new int[Math.Max(length, buffer.Length + (buffer.Length / 2))];
        }
    }
}
