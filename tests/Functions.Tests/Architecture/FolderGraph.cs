using System.Text.RegularExpressions;

namespace AeServerless.Functions.Tests.Architecture;

/// <summary>
/// Which folders of a project use which, by the using directives of their files: the build refuses those that are not needed.
/// </summary>
internal sealed partial class FolderGraph
{
    private readonly Dictionary<string, HashSet<string>> _uses = [];

    /// <summary>Reads a project's sources.</summary>
    /// <param name="folder">The project's folder.</param>
    /// <param name="ns">The project's namespace.</param>
    public FolderGraph(string folder, string ns)
    {
        foreach (var file in Files(folder))
        {
            var own = Path.GetRelativePath(folder, Path.GetDirectoryName(file)!).Replace(Path.DirectorySeparatorChar, '.');
            if (own == ".")
            {
                // What is at the root puts the parts together.
                continue;
            }

            var uses = _uses.TryGetValue(own, out var known) ? known : _uses[own] = [];
            uses.UnionWith(Using().Matches(File.ReadAllText(file))
                .Select(match => match.Groups[1].Value)
                .Where(name => name.StartsWith(ns + ".", StringComparison.Ordinal))
                .Select(name => name[(ns.Length + 1)..])
                .Where(name => name != own));
        }
    }

    /// <summary>The source files of a project, without what the build makes.</summary>
    public static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
        .Where(file => Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar)[0] is not ("bin" or "obj"));

    /// <summary>
    /// The folders that are part of a cycle or use one: what is left when every folder without uses is taken away, again and again.
    /// </summary>
    public IReadOnlyList<string> Knot()
    {
        var left = _uses.ToDictionary(folder => folder.Key, folder => folder.Value.Where(_uses.ContainsKey).ToHashSet());
        while (left.Where(folder => folder.Value.Count == 0).Select(folder => folder.Key).ToList() is { Count: > 0 } free)
        {
            foreach (var folder in free)
            {
                left.Remove(folder);
            }

            foreach (var uses in left.Values)
            {
                uses.ExceptWith(free);
            }
        }

        return [.. left.Select(folder => $"{folder.Key} -> {string.Join(", ", folder.Value)}")];
    }

    [GeneratedRegex(@"^(?:global )?using (?:static )?([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Using();
}
