namespace AeServerless.Exports.Latents;

/// <summary>
/// The values of consecutive latents, sorted by latent, then row. A latent with more values than fit into memory comes in several of these,
/// in the order of rows.
/// </summary>
internal sealed class SortedLatents
{
    private readonly long[] _starts;

    public SortedLatents(int firstLatent, long[] starts, int scalars)
    {
        (FirstLatent, _starts) = (firstLatent, starts);
        var entries = checked((int)starts[^1]);
        (Latent, Row, Token, Present) = (new int[entries], new long[entries], new int[entries], new uint[entries]);
        Values = [.. Enumerable.Range(0, scalars).Select(_ => new float[entries])];
    }

    public int FirstLatent { get; }

    public int Latents => _starts.Length - 1;

    public int Entries => Row.Length;

    /// <summary>Whether the first latent's values go on from those before.</summary>
    public bool Continues { get; init; }

    /// <summary>Whether more values of the last latent follow.</summary>
    public bool GoesOn { get; init; }

    public int[] Latent { get; }

    public long[] Row { get; }

    public int[] Token { get; }

    public uint[] Present { get; }

    /// <summary>By scalar.</summary>
    public float[][] Values { get; }

    /// <summary>Where the values of a latent are; counted from <see cref="FirstLatent"/>.</summary>
    public Range Of(int index) => (int)_starts[index]..(int)_starts[index + 1];
}
