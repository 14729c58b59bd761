namespace AeServerless.Engine.Numerics;

/// <summary>Exact sums of float64 numbers, one a column.</summary>
internal sealed class ExactTotal(int columns)
{
    private readonly long[] _limbs = new long[columns * ExactFormat.Doubles.Limbs];
    private int _pending;

    public int Columns { get; } = columns;

    public void Add(ReadOnlySpan<double> values)
    {
        BeginAddition();
        for (var column = 0; column < Columns; column++)
        {
            ExactSum.Add(Column(column), values[column]);
        }
    }

    public void Add(ExactTotal other)
    {
        other.Normalise();
        BeginAddition();
        ExactSum.Add(_limbs, other._limbs);
    }

    /// <summary>One column's limbs, canonical after <see cref="Normalise"/>.</summary>
    public Span<long> Column(int column) => _limbs.AsSpan(column * ExactFormat.Doubles.Limbs, ExactFormat.Doubles.Limbs);

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

    /// <summary>Makes room for the carries of one more addition to each column.</summary>
    public void BeginAddition()
    {
        if (++_pending == ExactSum.MaxPending)
        {
            Normalise();
        }
    }
}
