using AeServerless.TestSupport;

namespace AeServerless.Exports.Tests;

/// <summary>Folders of the repository that the tests were built from.</summary>
internal static class RepositoryFolder
{
    public static string GoldenExports { get; } = Path.Combine(RepositoryRoot.Path, "tests", "golden-exports");
}
