namespace AeServerless.Formats.Tests;

internal static class Repository
{
    private const string Solution = "AeServerless.sln";

    public static string Root { get; } = Find(AppContext.BaseDirectory);

    public static string GoldenFormats { get; } = Path.Combine(Root, "tests", "golden-formats");

    private static string Find(string folder) => File.Exists(Path.Combine(folder, Solution))
        ? folder
        : Find(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException($"{Solution} is in no folder above the tests."));
}
