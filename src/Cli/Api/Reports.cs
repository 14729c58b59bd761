namespace AeServerless.Cli.Api;

/// <summary>Work of the function app that ends in a report.</summary>
/// <param name="Status">The status of its orchestration.</param>
/// <param name="Report">What it found, where it is done.</param>
/// <param name="Error">Why it failed.</param>
internal sealed record ReportView<T>(string Status, T? Report, RunError? Error)
    where T : class
{
    public bool IsOver => Status is "completed" or "failed" or "terminated";
}

/// <summary>What a cleanup removed, or would remove.</summary>
internal sealed record CleanupView(
    bool Applied, int KeptRuns, int RemovedRuns, int KeptResults, int RemovedResults, long RemovedBytes, IReadOnlyList<string> Removed);

/// <summary>What a verification found.</summary>
internal sealed record VerifyView(
    int Files, int Chunks, int DifferenceCount, IReadOnlyList<VerifyDifferenceView> Differences, RunError? Error);

/// <summary>Something stored that is not what it should be.</summary>
internal sealed record VerifyDifferenceView(string Name, string Problem);
