namespace AeServerless.Infra.Tests.Bicep;

/// <summary>A copy of what the compiler reads, in which a test may change a text.</summary>
internal sealed class BicepSources : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("ae-bicep-");

    public BicepSources()
    {
        Repository.CopyTo(_root.FullName, "infra/bicep");
        Repository.CopyTo(_root.FullName, "infra/bicepconfig.json");
        Repository.CopyTo(_root.FullName, "src/Functions/host.json");
    }

    public string PathOf(string relative) => Path.Combine(_root.FullName, relative);

    /// <summary>Replaces a text that must be there.</summary>
    public BicepSources Replace(string file, string text, string replacement)
    {
        var source = File.ReadAllText(PathOf(file));
        Assert.Contains(text, source, StringComparison.Ordinal);
        File.WriteAllText(PathOf(file), source.Replace(text, replacement, StringComparison.Ordinal));
        return this;
    }

    public void Dispose() => _root.Delete(recursive: true);
}
