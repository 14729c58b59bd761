using System.Numerics;
using System.Numerics.Tensors;

namespace AeServerless.Engine.Numerics;

/// <summary>Exact sums of one format, one a column.</summary>
internal sealed class ExactTotal(int columns, ExactFormat format)
{
    private readonly long[] _limbs = new long[columns * format.Limbs];
    private int _pending;

    public int Columns { get; } = columns;

    public ExactFormat Format { get; } = format;

    /// <summary>Adds float64 numbers, one to each column; for <see cref="ExactFormat.Doubles"/>.</summary>
    public void Add(ReadOnlySpan<double> values)
    {
        BeginAddition();
        for (var column = 0; column < Columns; column++)
        {
            ExactSum.Add(Column(column), values[column]);
        }
    }

    /// <summary>Adds float32 numbers, one to each column; for <see cref="ExactFormat.Values"/>.</summary>
    public void Add(ReadOnlySpan<float> values)
    {
        BeginAddition();
        for (var column = 0; column < Columns; column++)
        {
            ExactSum.Add(Column(column), values[column]);
        }
    }

    /// <summary>
    /// Adds a row's squares to the first column, which is of <see cref="ExactFormat.Squares"/>, and its values to <paramref name="sum"/>.
    /// </summary>
    /// <param name="values">Finite numbers.</param>
    /// <param name="sum">A sum of <see cref="ExactFormat.Values"/>.</param>
    public void AddSquares(ReadOnlySpan<float> values, Span<long> sum)
    {
        for (; !values.IsEmpty; values = values[Math.Min(values.Length, ExactSum.MaxValues)..])
        {
            var some = values[..Math.Min(values.Length, ExactSum.MaxValues)];
            BeginAddition(ExactSum.MaxValues + 1);
            ExactSum.Add(sum, Column(0), some, MathF.Abs(TensorPrimitives.MaxMagnitude(some)));
        }
    }

    public void Add(ExactTotal other)
    {
        other.Normalise();
        BeginAddition();
        ExactSum.Add(_limbs, other._limbs);
    }

    /// <summary>One column's limbs, canonical after <see cref="Normalise"/>.</summary>
    public Span<long> Column(int column) => _limbs.AsSpan(column * Format.Limbs, Format.Limbs);

    /// <summary>One column as a whole number of the format's units.</summary>
    public BigInteger Integer(int column) => ExactSum.ToInteger(Column(column));

    public void Clear()
    {
        Array.Clear(_limbs);
        _pending = 0;
    }

    public void Normalise()
    {
        for (var column = 0; column < Columns; column++)
        {
            ExactSum.Normalise(Column(column));
        }

        _pending = 0;
    }

    /// <summary>Makes room for the carries of more additions to each column.</summary>
    public void BeginAddition(int additions = 1)
    {
        _pending += additions;
        if (_pending >= ExactSum.MaxPending)
        {
            Normalise();
            _pending = additions;
        }
    }
}
