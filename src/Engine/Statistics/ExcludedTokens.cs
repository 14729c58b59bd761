namespace AeServerless.Engine.Statistics;

/// <summary>Tokens that do not count, by what was said of them first: a token is counted once.</summary>
public sealed class ExcludedTokens
{
    /// <summary>How many numbers there are: one for each <see cref="TokenMark"/> but the first.</summary>
    public const int Length = (int)TokenMark.Norm;

    private readonly long[] _tokens = new long[Length];

    /// <summary>None.</summary>
    public ExcludedTokens()
    {
    }

    /// <summary>Those of a chunk.</summary>
    public ExcludedTokens(ReadOnlySpan<TokenMark> marks)
    {
        foreach (var mark in marks)
        {
            if (mark != TokenMark.Counts)
            {
                _tokens[(int)mark - 1]++;
            }
        }
    }

    /// <summary>All of them.</summary>
    public long Total => _tokens.Sum();

    /// <summary>The numbers, in the order of the marks. [<see cref="Length"/>]</summary>
    public ReadOnlySpan<long> Numbers => _tokens;

    /// <summary>Those of one mark.</summary>
    public long this[TokenMark mark] => _tokens[(int)mark - 1];

    /// <summary>Adds numbers. [<see cref="Length"/>]</summary>
    public void Add(ReadOnlySpan<long> numbers)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(numbers.Length, Length);
        for (var i = 0; i < Length; i++)
        {
            _tokens[i] += numbers[i];
        }
    }
}
