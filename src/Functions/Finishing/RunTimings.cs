namespace AeServerless.Functions.Finishing;

/// <summary>When a run did what, UTC.</summary>
/// <param name="StartedAt">Its orchestration began.</param>
/// <param name="ComputedAt">Its last chunk was done.</param>
/// <param name="MergedAt">Its results were merged.</param>
/// <param name="FinishedAt">Its provenance was written.</param>
/// <param name="Seconds">From the first to the last.</param>
/// <param name="ComputeSeconds">Seconds of computing chunks, added up over workers.</param>
public sealed record RunTimings(
    DateTime StartedAt, DateTime ComputedAt, DateTime MergedAt, DateTime FinishedAt, double Seconds, double ComputeSeconds)
{
    /// <summary>The timings of a run that finishes now.</summary>
    public static RunTimings Of(FinishRequest request, DateTime now)
    {
        return new RunTimings(
            request.StartedAt,
            request.ComputedAt,
            request.MergedAt,
            now,
            Math.Round((now - request.StartedAt).TotalSeconds, 3),
            Math.Round(request.Totals.ComputeSeconds, 3));
    }
}
