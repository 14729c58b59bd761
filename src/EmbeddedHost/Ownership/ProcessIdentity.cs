using System.Diagnostics;
using System.Globalization;

namespace AeServerless.EmbeddedHost.Ownership;

/// <summary>A process in a way that outlives it: after its end, another with the same number is told apart.</summary>
/// <param name="Machine">The machine, its boot and its process namespace.</param>
/// <param name="ProcessId">The process's number.</param>
/// <param name="Started">When it started, as the system counts.</param>
internal sealed record ProcessIdentity(string Machine, int ProcessId, string Started)
{
    public static ProcessIdentity Current { get; } = new(ReadMachine(), Environment.ProcessId, ReadStart(Environment.ProcessId) ?? "");

    public string Display => string.Create(CultureInfo.InvariantCulture, $"process {ProcessId} on {Machine.Split('|')[0]}");

    /// <summary>Whether the process is known to have ended. False if it runs, or if it is not for this machine to say.</summary>
    public bool IsKnownDead => Machine == Current.Machine && ReadStart(ProcessId) != Started;

    public IDictionary<string, string> ToMetadata() => new Dictionary<string, string>
    {
        ["machine"] = Machine,
        ["pid"] = ProcessId.ToString(CultureInfo.InvariantCulture),
        ["started"] = Started,
    };

    public static ProcessIdentity? FromMetadata(IDictionary<string, string> metadata) =>
        metadata.TryGetValue("machine", out var machine) && metadata.TryGetValue("started", out var started)
        && metadata.TryGetValue("pid", out var pid) && int.TryParse(pid, CultureInfo.InvariantCulture, out var number)
            ? new(machine, number, started)
            : null;

    // Containers on one machine share its boot but not their processes.
    private static string ReadMachine() => string.Join(
        '|', Ascii(Environment.MachineName), ReadOrEmpty("/proc/sys/kernel/random/boot_id"), File.ResolveLinkTarget("/proc/self/ns/pid", false)?.Name ?? "");

    private static string? ReadStart(int processId)
    {
        if (OperatingSystem.IsLinux())
            return ReadLinuxStart(processId);
        try
        {
            using var process = Process.GetProcessById(processId);
            return process.HasExited ? null : process.StartTime.ToUniversalTime().ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Field 22 of <c>/proc/[pid]/stat</c>: clock ticks from boot, the same whoever reads it. A zombie has ended.</summary>
    private static string? ReadLinuxStart(int processId)
    {
        var stat = ReadOrEmpty($"/proc/{processId}/stat");

        // The name, in parentheses, may hold anything.
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 19 && fields[0] is not ("Z" or "X") ? fields[19] : null;
    }

    private static string ReadOrEmpty(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static string Ascii(string text) => string.Concat(text.Where(char.IsAscii));
}
