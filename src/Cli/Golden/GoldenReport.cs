namespace AeServerless.Cli.Golden;

/// <summary>How a folder of golden data compared.</summary>
internal sealed record GoldenReport
{
    /// <summary>Every key that was evaluated, runs and keys in ordinal order.</summary>
    public required IReadOnlyList<GoldenKey> Keys { get; init; }

    /// <summary>Keys whose tensor agrees.</summary>
    public int Passed => Keys.Count(key => key.Passed);

    /// <summary>Keys whose tensor doesn't agree or could not be computed.</summary>
    public IEnumerable<GoldenKey> Failed => Keys.Where(key => !key.Passed);

    /// <summary>The key that is furthest from what is expected.</summary>
    public GoldenKey? Worst => Keys.MaxBy(key => key.Error);
}
