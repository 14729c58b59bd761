namespace AeServerless.Cli.Stack;

/// <summary>What a local stack runs.</summary>
/// <param name="Folder">Keeps storage, the host's key and logs.</param>
internal sealed record StackOptions(string Folder)
{
    /// <summary>The app's port; 0 for 7071, or a free one when that is taken.</summary>
    public int Port { get; init; }

    /// <summary>A storage account to work on; without one, the emulator is started.</summary>
    public string? Storage { get; init; }

    /// <summary>The task hub, where it is not that of host.json.</summary>
    public string? Hub { get; init; }

    /// <summary>Worker processes beside the host, which then takes no activities itself; 0: the host does everything.</summary>
    public int Workers { get; init; }

    /// <summary>Whether the host takes no activities: workers of other machines do.</summary>
    public bool ControlOnly { get; init; }
}
