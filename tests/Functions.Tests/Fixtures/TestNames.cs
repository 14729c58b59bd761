namespace AeServerless.Functions.Tests.Fixtures;

/// <summary>Names that no other test has.</summary>
internal static class TestNames
{
    private static int _last;

    public static int NextSeed() => Interlocked.Increment(ref _last) * 1_000;

    public static string Next(string prefix) => $"{prefix}{Interlocked.Increment(ref _last)}";
}
