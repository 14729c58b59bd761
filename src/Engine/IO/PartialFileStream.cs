namespace AeServerless.Engine.IO;

/// <summary>Writes beside the file and takes its name when disposed, so that a process that is killed leaves no half file under that name.</summary>
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
        if (disposing) Complete();
    }

    private void Complete()
    {
        if (_completed) return;
        _completed = true;
        File.Move(path + Suffix, path, overwrite: true);
    }
}
