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

    private static string Metadata(string key) => typeof(Repository).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == key)
        .Value!;
}
