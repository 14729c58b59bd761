namespace AeServerless.Engine.IO;

/// <summary>
/// Writes to a temporary name and takes the file's name when disposed: a killed process leaves no incomplete file under that name.
/// </summary>
internal sealed class PartialFileStream(string path)
    : FileStream(path + Suffix, FileMode.Create, FileAccess.Write, FileShare.None, BufferSize, FileOptions.Asynchronous)
{
    public const string Suffix = ".partial";

    private const int BufferSize = 1 << 16;

    private bool _completed;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Complete();
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            Complete();
        }
    }

    private void Complete()
    {
        if (_completed)
        {
            return;
        }

        _completed = true;
        File.Move(path + Suffix, path, overwrite: true);
    }
}
