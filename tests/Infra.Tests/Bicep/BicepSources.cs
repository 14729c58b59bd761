namespace AeServerless.Infra.Tests.Bicep;

/// <summary>A copy of infra/bicep and its configuration in a folder of its own, in which a test may plant a mistake.</summary>
internal sealed class BicepSources : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("ae-bicep-");

    public BicepSources()
    {
        File.Copy(Repository.PathOf("bicepconfig.json"), Path.Combine(_root.FullName, "bicepconfig.json"));
        var from = Repository.PathOf("infra/bicep");
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var to = PathOf(Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }
    }

    public string PathOf(string relative) => Path.Combine(_root.FullName, "infra", "bicep", relative);

    /// <summary>Replaces a text that must be there.</summary>
    public BicepSources Plant(string file, string text, string mistake)
    {
        var path = PathOf(file);
        var source = File.ReadAllText(path);
        Assert.Contains(text, source, StringComparison.Ordinal);
        File.WriteAllText(path, source.Replace(text, mistake, StringComparison.Ordinal));
        return this;
    }

    public void Dispose() => _root.Delete(recursive: true);
}
