using System.Text.RegularExpressions;
using AeServerless.TestSupport;
using Mono.Cecil;

namespace AeServerless.Architecture.Tests;

/// <summary>What keeps the house in order: arrows that run one way, and rooms and files that can be looked over.</summary>
public sealed partial class ArchitectureTests
{
    private const int MostLines = 300;
    private const int MostColumns = 140;
    private const int MostFiles = 20;

    [Theory]
    [MemberData(nameof(Projects.All), MemberType = typeof(Projects))]
    public void Namespaces_HaveNoCycles(Project project) => Assert.Empty(NamespaceGraph.Read(project.AssemblyPath).Cycles());

    [Theory]
    [MemberData(nameof(Projects.All), MemberType = typeof(Projects))]
    public void Namespaces_FollowFolders(Project project) => Assert.Empty(
        from source in project.Sources
        let declared = NamespaceDeclaration().Match(File.ReadAllText(source)).Groups[1].Value
        let folder = Path.GetDirectoryName(Path.GetRelativePath(project.Folder, source))!
        let rooms = folder.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries)
        let expected = string.Join('.', ["AeServerless", project.Name, .. rooms])
        where declared.Length > 0 && declared != expected
        select $"{Relative(source)} is in {declared}, not {expected}");

    [Theory]
    [MemberData(nameof(Projects.All), MemberType = typeof(Projects))]
    public void Files_HaveNoMoreThan300Lines(Project project) => Assert.Empty(
        from source in project.Sources
        let lines = File.ReadLines(source).Count()
        where lines > MostLines
        select $"{Relative(source)} has {lines} lines");

    [Theory]
    [MemberData(nameof(Projects.All), MemberType = typeof(Projects))]
    public void Lines_HaveNoMoreThan140Characters(Project project) => Assert.Empty(
        from source in project.Sources
        from line in File.ReadLines(source).Index()
        where line.Item.Length > MostColumns
        select $"{Relative(source)}:{line.Index + 1} has {line.Item.Length} characters");

    [Theory]
    [MemberData(nameof(Projects.All), MemberType = typeof(Projects))]
    public void Folders_HaveNoMoreThan20Files(Project project) => Assert.Empty(
        from source in project.Sources
        group source by Path.GetDirectoryName(source) into folder
        where folder.Count() > MostFiles
        select $"{Relative(folder.Key!)} has {folder.Count()} files");

    [Theory]
    [InlineData("bench")]
    [InlineData("build")]
    [InlineData("clients")]
    [InlineData("infra")]
    [InlineData("tests")]
    [InlineData("web")]
    public void CodeBesideTheSources_HasTheSameLimits(string area)
    {
        var files = Directory.EnumerateFiles(Path.Combine(Repository.Root, area), "*", SearchOption.AllDirectories).Where(IsCode).ToList();

        Assert.NotEmpty(files);
        Assert.Empty(
            from file in files
            let lines = File.ReadLines(file).Count()
            where lines > MostLines
            select $"{Relative(file)} has {lines} lines");
        Assert.Empty(
            from file in files
            group file by Path.GetDirectoryName(file) into folder
            where folder.Count() > MostFiles
            select $"{Relative(folder.Key!)} has {folder.Count()} files");
    }

    [Theory]
    [MemberData(nameof(Projects.All), MemberType = typeof(Projects))]
    public void References_RunOneWay(Project project) => Assert.Empty(project.References.Except(project.MayReference));

    [Fact]
    public void Engine_KnowsNoCloud()
    {
        using var engine = ModuleDefinition.ReadModule(typeof(Engine.InvalidInputException).Assembly.Location);
        Assert.DoesNotContain(
            engine.AssemblyReferences,
            reference => reference.Name.StartsWith("Azure.", StringComparison.Ordinal)
                || reference.Name.StartsWith("Microsoft.", StringComparison.Ordinal));
    }

    [Fact]
    public void CycleThatIsPlantedHere_IsFound()
    {
        var cycles = NamespaceGraph.Read(typeof(ArchitectureTests).Assembly.Location).Cycles().ToList();
        Assert.Equal(2, cycles.Count);
        Assert.Contains(cycles, cycle => cycle.Contains("Knot uses OtherEnd", StringComparison.Ordinal));
    }

    // Not what builds make, packages bring and other tools recorded.
    private static bool IsCode(string path) =>
        Path.GetExtension(path) is ".cs" or ".ts" or ".tsx" or ".mjs" or ".css" or ".py" or ".sh" or ".bicep"
        && !Relative(path).Split(Path.DirectorySeparatorChar).Any(
            name => name is "bin" or "obj" or "node_modules" or "dist" or "output" || name.StartsWith("golden", StringComparison.Ordinal));

    private static string Relative(string path) => Path.GetRelativePath(Repository.Root, path);

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceDeclaration();
}
