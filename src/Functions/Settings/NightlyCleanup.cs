namespace AeServerless.Functions.Settings;

/// <summary>What the nightly run does about results that no kept run needs.</summary>
public enum NightlyCleanup
{
    /// <summary>Nothing.</summary>
    Off,

    /// <summary>Logs what would be removed.</summary>
    DryRun,

    /// <summary>Removes it.</summary>
    Apply,
}
