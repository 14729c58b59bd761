namespace AeServerless.Engine.Tests;

/// <summary>Files of the repository that tests read.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Sample(string path) => Path.Combine(Root, "samples", "kjv-gpt2", path);

    public static string Golden(string set, string path) => Path.Combine(Root, "tests", "golden", set, path);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "AeServerless.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException($"No AeServerless.sln above {AppContext.BaseDirectory}.");
    }
}
