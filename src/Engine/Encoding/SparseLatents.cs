using System.Diagnostics;

namespace AeServerless.Engine.Encoding;

/// <summary>
/// The non-zero latents of some tokens, in compressed rows: those of token t are <c>Latents[RowStarts[t]..RowStarts[t + 1]]</c>, ascending,
/// with <c>Values</c> beside them. The buffers are kept and grow as needed, so one instance serves any number of tiles.
/// </summary>
public sealed class SparseLatents
{
    private int[] _rowStarts = [0];
    private bool[] _nonFinite = [];
    private int[] _latents = [];
    private float[] _values = [];
    private LatentMajor? _byLatent;
    private bool _sorted;

    /// <summary>Number of tokens (rows).</summary>
    public int Tokens { get; private set; }

    /// <summary>Number of stored (token, latent) pairs.</summary>
    public int Count => _rowStarts[Tokens];

    /// <summary>Where each row starts, and behind the last one <see cref="Count"/>. [tokens + 1]</summary>
    public ReadOnlySpan<int> RowStarts => _rowStarts.AsSpan(0, Tokens + 1);

    /// <summary>Latent of each pair, ascending in a row. [count]</summary>
    public ReadOnlySpan<int> Latents => _latents.AsSpan(0, Count);

    /// <summary>Value of each pair. [count]</summary>
    public ReadOnlySpan<float> Values => _values.AsSpan(0, Count);

    /// <summary>Tokens whose input or pre-activation is NaN or infinite; their rows are empty. [tokens]</summary>
    public ReadOnlySpan<bool> NonFinite => _nonFinite.AsSpan(0, Tokens);

    /// <summary>The pairs in order of their latents; sorted once, however many ask.</summary>
    internal LatentMajor ByLatent
    {
        get
        {
            _byLatent ??= new LatentMajor();
            if (!_sorted)
            {
                _byLatent.Sort(RowStarts, Latents);
                _sorted = true;
            }

            return _byLatent;
        }
    }

    internal Span<int> MutableRowStarts
    {
        get
        {
            _sorted = false;
            return _rowStarts.AsSpan(0, Tokens + 1);
        }
    }

    internal Span<int> MutableLatents
    {
        get
        {
            _sorted = false;
            return _latents.AsSpan(0, Count);
        }
    }

    internal Span<float> MutableValues => _values.AsSpan(0, Count);

    internal Span<bool> MutableNonFinite => _nonFinite.AsSpan(0, Tokens);

    /// <summary>Takes over the pairs (tokens, latents, non-finite marks) of <paramref name="other"/>; the values are then to be written.</summary>
    /// <returns>The values to write. [count]</returns>
    public Span<float> TakeStructure(SparseLatents other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (!ReferenceEquals(this, other))
        {
            BeginRows(other.Tokens);
            other.RowStarts.CopyTo(MutableRowStarts);
            other.NonFinite.CopyTo(_nonFinite);
            EndRows();
            other.Latents.CopyTo(_latents);
        }

        return MutableValues;
    }

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
        latents.CopyTo(_latents);
        values.CopyTo(_values);
    }

    /// <summary>Makes room for row starts and marks; no row is marked, every row is empty.</summary>
    internal void BeginRows(int tokens)
    {
        Grow(ref _rowStarts, tokens + 1);
        Grow(ref _nonFinite, tokens);
        Tokens = tokens;
        MutableRowStarts.Clear();
        MutableNonFinite.Clear();
    }

    /// <summary>Makes room for the pairs once the row starts stand.</summary>
    internal void EndRows()
    {
        Debug.Assert(_rowStarts[0] == 0);
        Grow(ref _latents, Count);
        Grow(ref _values, Count);
    }

    private static void Grow<T>(ref T[] buffer, int length)
    {
        if (buffer.Length < length)
        {
            buffer = new T[Math.Max(length, buffer.Length + (buffer.Length / 2))];
        }
    }
}
