using System.Diagnostics;

namespace AeServerless.Functions.Observability;

/// <summary>Spans of the work of a run. Whichever process does it, they are one trace: its id is the hash in the run's id.</summary>
internal static class RunSpans
{
    private const int TraceDigits = 32;
    private const int SpanDigits = 16;

    public static Activity? Start(string name, string runId, DateTimeOffset startedAt = default)
    {
        var activity = Telemetry.Source.StartActivity(name, ActivityKind.Internal, Parent(runId), startTime: startedAt);
        activity?.SetTag("run", runId);
        return activity;
    }

    private static ActivityContext Parent(string runId)
    {
        var digits = runId[(runId.IndexOf('-', StringComparison.Ordinal) + 1)..];
        return digits.Length == TraceDigits && digits.All(char.IsAsciiHexDigitLower)
            ? new ActivityContext(
                ActivityTraceId.CreateFromString(digits),
                ActivitySpanId.CreateFromString(digits.AsSpan(0, SpanDigits)),
                ActivityTraceFlags.Recorded)
            : default;
    }
}
