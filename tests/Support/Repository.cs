namespace AeServerless.TestSupport;

/// <summary>Files of the repository that tests read.</summary>
public static class Repository
{
    public static string Root => RepositoryRoot.Path;

    public static string Sample(string path) => Path.Combine(Root, "samples", "kjv-gpt2", path);

    public static string Golden(string set, string path) => Path.Combine(Root, "tests", "golden", set, path);
}
