using System.Numerics;
using AeServerless.Engine.Numerics;

namespace AeServerless.Engine.Statistics;

/// <summary>
/// What an autoencoder does by position in the sequence, of tokens that count: exact and mergeable. Positions from
/// <see cref="MaxPositions"/> on are left out, so that memory is bounded.
/// </summary>
internal sealed class PositionStatistics
{
    /// <summary>The most positions that are kept.</summary>
    public const int MaxPositions = 1 << 16;

    private const int FirstLength = 128;

    private long[] _tokens = [];
    private long[] _active = [];
    private WindowedSum[] _errors = [];
    private WindowedSum[] _norms = [];

    /// <summary>Positions from the first to the last that a token was at.</summary>
    public int Count { get; private set; }

    /// <summary>Tokens that count. [<see cref="Count"/>]</summary>
    public ReadOnlySpan<long> Tokens => _tokens.AsSpan(0, Count);

    /// <summary>Active latents of all these tokens. [<see cref="Count"/>]</summary>
    public ReadOnlySpan<long> ActiveLatents => _active.AsSpan(0, Count);

    /// <summary>Σ of the errors' squared norms. [<see cref="Count"/>]</summary>
    public Span<WindowedSum> Errors => _errors.AsSpan(0, Count);

    /// <summary>Σ of the inputs' norms. [<see cref="Count"/>]</summary>
    public Span<WindowedSum> Norms => _norms.AsSpan(0, Count);

    /// <summary>Adds a token that counts.</summary>
    public void Add(int position, int activeLatents, double squaredError, double inputNorm)
    {
        if (position >= MaxPositions)
        {
            return;
        }

        Reach(position + 1);
        _tokens[position]++;
        _active[position] += activeLatents;
        ExactPowers.Add(new ReadOnlySpan<double>(in squaredError), ref _errors[position]);
        ExactPowers.Add(new ReadOnlySpan<double>(in inputNorm), ref _norms[position]);
    }

    /// <summary>Adds counts of a position.</summary>
    public void AddCounts(int position, long tokens, long activeLatents)
    {
        Reach(position + 1);
        _tokens[position] += tokens;
        _active[position] += activeLatents;
    }

    /// <summary>Adds what another has seen of the same autoencoder.</summary>
    public void Add(PositionStatistics other)
    {
        other.Normalise();
        for (var position = 0; position < other.Count; position++)
        {
            AddCounts(position, other._tokens[position], other._active[position]);
            _errors[position].Add(other._errors[position]);
            _norms[position].Add(other._norms[position]);
        }
    }

    /// <summary>Mean active latents of the tokens at a position; not a number without any.</summary>
    public double MeanActiveLatents(int position) => _tokens[position] == 0 ? double.NaN : (double)_active[position] / _tokens[position];

    /// <summary>Mean squared error of an element of the input.</summary>
    public double MeanSquaredError(int position, int inputWidth) => Mean(_errors[position], _tokens[position], inputWidth);

    /// <summary>Mean norm of the input.</summary>
    public double MeanInputNorm(int position) => Mean(_norms[position], _tokens[position], 1);

    /// <summary>Brings all sums into their canonical form.</summary>
    public void Normalise()
    {
        for (var position = 0; position < Count; position++)
        {
            _errors[position].Normalise();
            _norms[position].Normalise();
        }
    }

    /// <summary>Forgets everything, and keeps its memory.</summary>
    public void Clear()
    {
        for (var position = 0; position < Count; position++)
        {
            (_tokens[position], _active[position]) = (0, 0);
            _errors[position].Clear();
            _norms[position].Clear();
        }

        Count = 0;
    }

    private static double Mean(in WindowedSum sum, long tokens, int elements) => tokens == 0
        ? double.NaN
        : ExactSum.Divide(sum.ToInteger(), new BigInteger(tokens) * elements, ExactPowers.DoubleUnit);

    private void Reach(int count)
    {
        if (_tokens.Length < count)
        {
            var length = Math.Max(count, Math.Max(FirstLength, 2 * _tokens.Length));
            Array.Resize(ref _tokens, length);
            Array.Resize(ref _active, length);
            Array.Resize(ref _errors, length);
            Array.Resize(ref _norms, length);
        }

        Count = Math.Max(Count, count);
    }
}
