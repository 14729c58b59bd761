namespace AeServerless.Functions.Starting;

/// <summary>What a run was asked for by.</summary>
public enum RunCause
{
    /// <summary>A request to the HTTP API.</summary>
    Http,

    /// <summary>The upload of a dataset.</summary>
    Upload,

    /// <summary>The nightly timer.</summary>
    Nightly,
}
