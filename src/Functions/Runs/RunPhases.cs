namespace AeServerless.Functions.Runs;

/// <summary>What a run is at, as its custom status and the HTTP API name it.</summary>
public static class RunPhases
{
    /// <summary>Inputs are checked and split into chunks.</summary>
    public const string Planning = "planning";

    /// <summary>Chunks are computed, and merged group by group.</summary>
    public const string Computing = "computing";

    /// <summary>The groups' results are merged.</summary>
    public const string Merging = "merging";

    /// <summary>Results, report and provenance are written.</summary>
    public const string Finishing = "finishing";

    /// <summary>It is complete.</summary>
    public const string Done = "done";

    /// <summary>It has ended with an error.</summary>
    public const string Failed = "failed";
}
