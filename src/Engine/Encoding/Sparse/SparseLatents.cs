using AeServerless.Engine.Encoding.Kernels;
using AeServerless.Engine.Numerics;

namespace AeServerless.Engine.Encoding.Sparse;

/// <summary>
/// The non-zero latents of some tokens, in compressed rows: those of token t are <c>Latents[RowStarts[t]..RowStarts[t + 1]]</c>, ascending,
/// with <c>Values</c> beside them. The buffers are kept and grow as needed, so one instance serves any number of tiles. What
/// <see cref="SparseKernels"/> derive from an instance shares its pairs, and is valid until that one receives its next rows.
/// </summary>
public sealed class SparseLatents
{
    private readonly SparsePairs _own = new();
    private SparsePairs _pairs;
    private bool[] _nonFinite = [];
    private float[] _values = [];

    /// <summary>No tokens.</summary>
    public SparseLatents() => _pairs = _own;

    /// <summary>Number of tokens (rows).</summary>
    public int Tokens => _pairs.Tokens;

    /// <summary>Number of stored (token, latent) pairs.</summary>
    public int Count => _pairs.Count;

    /// <summary>Where each row starts, and after the last one <see cref="Count"/>. [tokens + 1]</summary>
    public ReadOnlySpan<int> RowStarts => _pairs.RowStarts;

    /// <summary>Latent of each pair, ascending in a row. [count]</summary>
    public ReadOnlySpan<int> Latents => _pairs.Latents;

    /// <summary>Value of each pair. [count]</summary>
    public ReadOnlySpan<float> Values => _values.AsSpan(0, Count);

    /// <summary>Tokens whose input or pre-activation is NaN or infinite; their rows are empty. [tokens]</summary>
    public ReadOnlySpan<bool> NonFinite => _nonFinite.AsSpan(0, Tokens);

    /// <summary>The pairs in order of their latents; sorted once, however many ask.</summary>
    internal PairsByLatent ByLatent => _pairs.ByLatent;

    internal Span<int> MutableRowStarts => OwnPairs().MutableRowStarts;

    internal Span<int> MutableLatents => OwnPairs().MutableLatents;

    internal Span<float> MutableValues => _values.AsSpan(0, Count);

    internal Span<bool> MutableNonFinite => _nonFinite.AsSpan(0, Tokens);

    /// <summary>Replaces the content by given rows.</summary>
    /// <param name="rowStarts">[tokens + 1], from 0, not descending.</param>
    /// <param name="latents">[count], ascending in a row.</param>
    /// <param name="values">[count]</param>
    public void Set(ReadOnlySpan<int> rowStarts, ReadOnlySpan<int> latents, ReadOnlySpan<float> values)
    {
        if (rowStarts.Length == 0 || rowStarts[0] != 0 || rowStarts[^1] != latents.Length || latents.Length != values.Length)
        {
            throw new ArgumentException("Row starts must run from 0 to the number of latents and values.");
        }

        BeginRows(rowStarts.Length - 1);
        rowStarts.CopyTo(MutableRowStarts);
        EndRows();
        latents.CopyTo(MutableLatents);
        values.CopyTo(_values);
    }

    /// <summary>
    /// Shares the pairs (tokens, latents) of <paramref name="other"/>, until its next rows or pairs that are changed here, and copies its
    /// non-finite marks. The caller writes the values: the former ones are undefined.
    /// </summary>
    /// <returns>The values to write. [count]</returns>
    internal Span<float> SharePairs(SparseLatents other)
    {
        if (!ReferenceEquals(this, other))
        {
            _pairs = other._pairs;
            GrowableBuffer.Grow(ref _nonFinite, Tokens);
            other.NonFinite.CopyTo(_nonFinite);
            GrowableBuffer.Grow(ref _values, Count);
        }

        return MutableValues;
    }

    /// <summary>Makes room for row starts and marks; no row is marked, every row is empty.</summary>
    internal void BeginRows(int tokens)
    {
        _pairs = _own;
        _pairs.BeginRows(tokens);
        GrowableBuffer.Grow(ref _nonFinite, tokens);
        MutableNonFinite.Clear();
    }

    /// <summary>Makes room for the pairs once the row starts stand.</summary>
    internal void EndRows()
    {
        OwnPairs().EndRows();
        GrowableBuffer.Grow(ref _values, Count);
    }

    /// <summary>The pairs, for this instance alone to change.</summary>
    private SparsePairs OwnPairs()
    {
        if (!ReferenceEquals(_pairs, _own))
        {
            _own.Copy(_pairs);
            _pairs = _own;
        }

        return _own;
    }
}
