namespace AeServerless.Engine.IO;

/// <summary>
/// A folder for results that are needed for a while; made when it is first asked for, removed when this is disposed. What a killed process
/// left is removed by the next that makes one.
/// </summary>
internal sealed class ScratchDirectory : IDisposable
{
    private const string LockSuffix = ".lock";

    private ResultDirectory? _results;
    private FileStream? _lock;

    /// <summary>Where the folders of this user's processes are.</summary>
    internal static string Parent { get; } = Path.Combine(Path.GetTempPath(), $"ae-scratch-{Environment.UserName}");

    /// <summary>The files.</summary>
    public ResultDirectory Results => _results ??= Make();

    public void Dispose()
    {
        if (_results is not null)
        {
            Remove(_results.Path);
            _lock?.Dispose();
        }
    }

    private static void RemoveAbandoned()
    {
        foreach (var folder in Directory.EnumerateDirectories(Parent))
        {
            try
            {
                // Nobody else has it open: its process is gone.
                using var abandoned = OpenLock(folder);
                Remove(folder);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // In use.
            }
        }
    }

    private static FileStream OpenLock(string folder) => new(
        folder + LockSuffix, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private ResultDirectory Make()
    {
        Directory.CreateDirectory(Parent);
        RemoveAbandoned();
        var folder = Path.Combine(Parent, Path.GetRandomFileName());
        _lock = OpenLock(folder);
        Directory.CreateDirectory(folder);
        return new ResultDirectory(folder);
    }
}
