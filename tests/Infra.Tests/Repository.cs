using System.Reflection;

namespace AeServerless.Infra.Tests;

/// <summary>Where the build found the repository and the packages.</summary>
internal static class Repository
{
    public static string Root { get; } = Path.GetFullPath(Metadata("Repository"));

    public static string BicepTool { get; } =
        Path.Combine(Metadata("PackageRoot"), "azure.bicep.commandline.linux-x64", Metadata("BicepVersion"), "tools", "bicep");

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    public static string Read(string relative) => File.ReadAllText(PathOf(relative));

    /// <summary>Copies a file, or a folder with all in it, to the same place under another root.</summary>
    public static void CopyTo(string root, string relative)
    {
        var from = PathOf(relative);
        var files = File.Exists(from) ? [from] : Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories);
        foreach (var file in files)
        {
            var to = Path.Combine(root, Path.GetRelativePath(Root, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }
    }

    private static string Metadata(string key) => typeof(Repository).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == key)
        .Value!;
}
