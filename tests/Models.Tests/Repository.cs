namespace AeServerless.Models.Tests;

/// <summary>Files of the repository that tests read.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Models => Path.Combine(Root, "tests", "golden-models");

    public static string Tokenizers => Path.Combine(Root, "tests", "golden-tokenizers");

    public static string Model(string name) => Path.Combine(Models, name);

    public static string Tokenizer(string name) => Path.Combine(Tokenizers, name);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "AeServerless.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No AeServerless.sln above {AppContext.BaseDirectory}.");
    }
}
