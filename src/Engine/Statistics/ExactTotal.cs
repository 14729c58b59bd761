namespace AeServerless.Engine.Statistics;

/// <summary>Exact sums of float64 numbers, one a column.</summary>
internal sealed class ExactTotal(int columns)
{
    private readonly long[] _limbs = new long[columns * ExactFormat.Doubles.Limbs];
    private int _pending;

    public int Columns { get; } = columns;

    public void Add(ReadOnlySpan<double> values)
    {
        BeforeAddition();
        for (var column = 0; column < Columns; column++)
        {
            ExactSum.Add(Column(column), values[column]);
        }
    }

    public void Add(ExactTotal other)
    {
        other.Normalise();
        AddNormalised(other._limbs);
    }

    /// <summary>Adds normalised sums. [columns, limbs]</summary>
    public void AddNormalised(ReadOnlySpan<long> limbs)
    {
        BeforeAddition();
        ExactSum.Add(_limbs, limbs);
    }

    /// <summary>One column's limbs, canonical after <see cref="Normalise"/>.</summary>
    public Span<long> Column(int column) => _limbs.AsSpan(column * ExactFormat.Doubles.Limbs, ExactFormat.Doubles.Limbs);

    public void Normalise()
    {
        for (var column = 0; column < Columns; column++)
        {
            ExactSum.Normalise(Column(column));
        }

        _pending = 0;
    }

    private void BeforeAddition()
    {
        if (++_pending == ExactSum.MaxPending)
        {
            Normalise();
        }
    }
}
