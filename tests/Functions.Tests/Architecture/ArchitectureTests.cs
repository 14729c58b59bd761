using AeServerless.TestSupport;

namespace AeServerless.Functions.Tests.Architecture;

/// <summary>The house rules that a reader relies on: arrows between folders run one way, and no room is too full.</summary>
public sealed class ArchitectureTests
{
    private const int MostFiles = 20;
    private const int MostLines = 300;
    private const int MostCharacters = 140;

    public static TheoryData<string, string> Projects => new()
    {
        { "Contracts", "AeServerless.Contracts" },
        { "Functions", "AeServerless.Functions" },
        { "Cli", "AeServerless.Cli" },
    };

    [Theory]
    [MemberData(nameof(Projects))]
    public void Folders_HaveNoCycle(string project, string ns) => Assert.Empty(new FolderGraph(Folder(project), ns).Knot());

    [Theory]
    [MemberData(nameof(Projects))]
    public void Folders_AreNotTooFull(string project, string ns)
    {
        var folders = FolderGraph.Files(Folder(project)).GroupBy(file => Path.GetDirectoryName(file)!);

        Assert.NotEmpty(ns);
        Assert.All(folders, folder => Assert.True(folder.Count() <= MostFiles, $"{folder.Key} has {folder.Count()} files"));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Files_AreShortAndNarrow(string project, string ns)
    {
        Assert.NotEmpty(ns);
        Assert.All(FolderGraph.Files(Folder(project)), file =>
        {
            var lines = File.ReadAllLines(file);
            Assert.True(lines.Length <= MostLines, $"{file} has {lines.Length} lines");
            Assert.Empty(lines.Where(line => line.Length > MostCharacters).Select(line => $"{file}: {line}"));
        });
    }

    private static string Folder(string project) => Path.Combine(RepositoryRoot.Path, "src", project);
}
