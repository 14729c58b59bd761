namespace AeServerless.Engine.IO;

/// <summary>A folder for results that are needed for a while; made when the first file is, removed when this is disposed.</summary>
internal sealed class ScratchDirectory : IDisposable
{
    /// <summary>The files.</summary>
    public ResultDirectory Results { get; } = new(Path.Combine(Path.GetTempPath(), $"ae-{Path.GetRandomFileName()}"));

    public void Dispose()
    {
        if (Directory.Exists(Results.Path))
        {
            Directory.Delete(Results.Path, recursive: true);
        }
    }
}
