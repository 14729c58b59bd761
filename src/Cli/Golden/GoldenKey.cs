namespace AeServerless.Cli.Golden;

/// <summary>How one tensor compared.</summary>
/// <param name="Run">The run's folder.</param>
/// <param name="Key">The tensor's key in <c>expected.json</c>.</param>
/// <param name="Error">Largest difference, relative to the tensor's largest magnitude; infinite where nothing could be compared.</param>
/// <param name="Problem">Why nothing could be compared, or what differs; <see langword="null"/> where it agrees.</param>
internal sealed record GoldenKey(string Run, string Key, double Error, string? Problem)
{
    /// <summary>Whether it agrees.</summary>
    public bool Passed => Problem is null;
}
