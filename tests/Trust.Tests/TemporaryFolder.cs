namespace AeServerless.Trust.Tests;

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("trust-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
