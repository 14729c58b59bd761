namespace AeServerless.Exports.Tests;

/// <summary>Folders of the repository that the tests were built from.</summary>
internal static class RepositoryFolder
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    public static string GoldenExports { get; } = Path.Combine(Root, "tests", "golden-exports");

    private static string Find(string from)
    {
        for (var folder = new DirectoryInfo(from); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "AeServerless.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException(
            $"No folder above {from} holds AeServerless.sln: run the tests from a build inside the repository.");
    }
}
