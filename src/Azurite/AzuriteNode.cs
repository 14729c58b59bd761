using System.Diagnostics;

namespace AeServerless.Azurite;

/// <summary>
/// How node runs Azurite where it has to share the cores with what computes. It is a third faster than with node's and glibc's own limits.
/// </summary>
public static class AzuriteNode
{
    // Of node's own limits, some ten megabytes of buffers let it walk all of Azurite's objects, several times a second while data goes
    // through.
    private const string Heap = "--initial-old-space-size=512";

    // Large buffers come from the heap, and what is free of it stays: glibc's own limits give pages back that the next buffer faults in
    // anew.
    private static readonly Dictionary<string, string> Malloc =
        new() { ["MALLOC_MMAP_THRESHOLD_"] = $"{32 << 20}", ["MALLOC_TRIM_THRESHOLD_"] = $"{256 << 20}" };

    /// <summary>Azurite's script in a checkout.</summary>
    public static string Script(string root) => Path.Combine(root, "node_modules", "azurite", "dist", "src", "azurite.js");

    /// <summary>A start of Azurite that prints nothing but errors; where it keeps its data is to be added.</summary>
    /// <param name="root">The checkout that has it.</param>
    /// <param name="ports">The ports of blobs, queues and tables.</param>
    public static ProcessStartInfo Prepare(string root, IReadOnlyList<int> ports)
    {
        var start = new ProcessStartInfo("node")
        {
            ArgumentList =
            {
                Heap, "--require", Path.Combine(root, "src", "Azurite", "azurite-reads.cjs"), Script(root),
                "--silent", "--skipApiVersionCheck",
                "--disableTelemetry", "--blobPort", $"{ports[0]}", "--queuePort", $"{ports[1]}", "--tablePort", $"{ports[2]}",
            },
        };
        foreach (var (name, value) in Malloc)
        {
            start.Environment[name] = value;
        }

        return start;
    }
}
