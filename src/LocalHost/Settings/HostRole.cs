namespace AeServerless.LocalHost.Settings;

/// <summary>What a local host does of the work of its task hub.</summary>
internal enum HostRole
{
    /// <summary>Everything.</summary>
    All,

    /// <summary>Orchestrations, triggers and HTTP; no activities.</summary>
    Control,

    /// <summary>Activities alone: no partition, no triggers, no port.</summary>
    Worker,
}
