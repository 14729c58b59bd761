using System.Diagnostics;
using System.Text.Json;

namespace AeServerless.Cli.Stack;

/// <summary>The data folder of a local stack, held by one at a time: two emulators on one store overwrite each other's data.</summary>
internal sealed class StackFolder : IDisposable
{
    private const string LockFile = "up.lock";
    private const string RunningFile = "running.json";

    private readonly FileStream _lock;

    private StackFolder(string path, FileStream held) => (Path, _lock) = (path, held);

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Takes the folder; it is made if it isn't there.</summary>
    /// <exception cref="CliException">Another stack runs on it, or processes of one that was killed still do.</exception>
    public static StackFolder Take(string path)
    {
        FileStream held;
        try
        {
            Directory.CreateDirectory(path);
            held = new FileStream(System.IO.Path.Combine(path, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(System.IO.Path.Combine(path, LockFile)))
        {
            var first = Read(path);
            throw new CliException(first is null
                ? $"{path}: another ./ae up is starting on this data folder; wait for it, or choose another folder with --data."
                : $"{path}: an ./ae up runs on this data folder already (process {first.ProcessId}): its app is at {first.Address}. Use "
                    + "that one, end it with " +
                  "Ctrl-C, or choose another folder with --data.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"{path}: can't be used as data folder: {e.Message} Choose another with --data.");
        }

        try
        {
            RefuseOrphans(path);
            return new StackFolder(path, held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Whether a stack runs on a folder.</summary>
    public static bool IsHeld(string path)
    {
        try
        {
            using var file = new FileStream(System.IO.Path.Combine(path, LockFile), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (DirectoryNotFoundException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>Leaves word of what runs here, for whoever comes next.</summary>
    public void Tell(Uri address, IEnumerable<Process> children)
    {
        var running = new Running(
            Environment.ProcessId, address, [.. children.Select(child => new Child(child.Id, child.StartTime.ToUniversalTime().Ticks))]);
        File.WriteAllText(System.IO.Path.Combine(Path, RunningFile), JsonSerializer.Serialize(running));
    }

    public void Dispose()
    {
        File.Delete(System.IO.Path.Combine(Path, RunningFile));
        _lock.Dispose();
    }

    private static Running? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Running>(File.ReadAllText(System.IO.Path.Combine(path, RunningFile)));
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return null;
        }
    }

    // The lock ends with the process that holds it; emulator and host go on where that was killed.
    private static void RefuseOrphans(string path)
    {
        var orphans = Read(path)?.Children.Where(child => child.Lives()).Select(child => child.ProcessId).ToList() ?? [];
        if (orphans.Count > 0)
        {
            throw new CliException(
                $"{path}: an ./ae up on this data folder was killed, and processes of it still run. End them first: kill "
                    + $"{string.Join(' ', orphans)}");
        }
    }

    private sealed record Running(int ProcessId, Uri Address, IReadOnlyList<Child> Children);

    private sealed record Child(int ProcessId, long StartedTicks)
    {
        public bool Lives()
        {
            try
            {
                using var process = Process.GetProcessById(ProcessId);
                return !process.HasExited && Math.Abs(process.StartTime.ToUniversalTime().Ticks - StartedTicks) < TimeSpan.TicksPerSecond;
            }
            catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                return false;
            }
        }
    }
}
