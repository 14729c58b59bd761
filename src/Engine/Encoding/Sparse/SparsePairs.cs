using System.Diagnostics;
using AeServerless.Engine.Numerics;

namespace AeServerless.Engine.Encoding.Sparse;

/// <summary>
/// Which latents of which tokens have a value, in compressed rows. Values that are derived from the same latents have the same pairs, and
/// share them, with the order that is found for them once. The buffers are kept and grow as needed.
/// </summary>
internal sealed class SparsePairs
{
    private readonly PairsByLatent _byLatent = new();
    private int[] _rowStarts = [0];
    private int[] _latents = [];
    private bool _sorted;

    /// <summary>Number of tokens (rows).</summary>
    public int Tokens { get; private set; }

    /// <summary>Number of pairs.</summary>
    public int Count => _rowStarts[Tokens];

    /// <summary>Where each row starts, and after the last one <see cref="Count"/>. [tokens + 1]</summary>
    public ReadOnlySpan<int> RowStarts => _rowStarts.AsSpan(0, Tokens + 1);

    /// <summary>Latent of each pair, ascending in a row. [count]</summary>
    public ReadOnlySpan<int> Latents => _latents.AsSpan(0, Count);

    /// <summary>The pairs in order of their latents; sorted once, however many ask.</summary>
    public PairsByLatent ByLatent
    {
        get
        {
            if (!_sorted)
            {
                _byLatent.Sort(RowStarts, Latents);
                _sorted = true;
            }

            return _byLatent;
        }
    }

    public Span<int> MutableRowStarts
    {
        get
        {
            _sorted = false;
            return _rowStarts.AsSpan(0, Tokens + 1);
        }
    }

    public Span<int> MutableLatents
    {
        get
        {
            _sorted = false;
            return _latents.AsSpan(0, Count);
        }
    }

    /// <summary>Makes room for row starts; every row is empty.</summary>
    public void BeginRows(int tokens)
    {
        GrowableBuffer.Grow(ref _rowStarts, tokens + 1);
        Tokens = tokens;
        MutableRowStarts.Clear();
    }

    /// <summary>Makes room for the latents once the row starts stand.</summary>
    public void EndRows()
    {
        Debug.Assert(_rowStarts[0] == 0);
        GrowableBuffer.Grow(ref _latents, Count);
    }

    public void Copy(SparsePairs other)
    {
        BeginRows(other.Tokens);
        other.RowStarts.CopyTo(MutableRowStarts);
        EndRows();
        other.Latents.CopyTo(MutableLatents);
    }
}
