using System.Xml.Linq;
using AeServerless.TestSupport;

namespace AeServerless.Architecture.Tests;

/// <summary>A project of src that the rules hold for.</summary>
/// <param name="Name">Its folder in src.</param>
/// <param name="Assembly">Its assembly; the tests reference the project, so that it lies beside theirs.</param>
/// <param name="MayReference">The projects of src that it may reference.</param>
public sealed record Project(string Name, string Assembly, params IReadOnlyList<string> MayReference)
{
    public string Folder => Path.Combine(Repository.Root, "src", Name);

    public string AssemblyPath => Path.Combine(AppContext.BaseDirectory, $"{Assembly}.dll");

    /// <summary>Its source files, without those that builds make.</summary>
    public IEnumerable<string> Sources => Directory.EnumerateFiles(Folder, "*.cs", SearchOption.AllDirectories).Where(IsSource);

    /// <summary>The projects of src that it references.</summary>
    public IEnumerable<string> References => XDocument.Load(Directory.EnumerateFiles(Folder, "*.csproj").Single())
        .Descendants("ProjectReference")
        .Select(reference => Path.GetFileName(Path.GetDirectoryName(reference.Attribute("Include")!.Value))!);

    public override string ToString() => Name;

    private bool IsSource(string path) =>
        Path.GetRelativePath(Folder, path).Split(Path.DirectorySeparatorChar)[0] is not ("bin" or "obj");
}
