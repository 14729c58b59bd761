namespace AeServerless.Engine.Results;

/// <summary>What of a result a merge takes.</summary>
[Flags]
public enum ResultContents
{
    /// <summary>Totals and statistics: as large for a million chunks as for one.</summary>
    Aggregates = 1,

    /// <summary>Values of every token: as large as the parts together.</summary>
    PerToken = 2,

    /// <summary>Everything.</summary>
    All = Aggregates | PerToken,
}
