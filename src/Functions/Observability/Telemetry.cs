using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace AeServerless.Functions.Observability;

/// <summary>Spans and metrics of the function app, for OpenTelemetry.</summary>
internal static class Telemetry
{
    public const string Name = "AeServerless";

    private static readonly Meter Meter = new(Name);

    public static ActivitySource Source { get; } = new(Name);

    public static Counter<long> DownloadedBytes { get; } = Meter.CreateCounter<long>(
        "ae.storage.downloaded", "By", "Bytes of inputs and partial results read.");

    public static Counter<long> UploadedBytes { get; } = Meter.CreateCounter<long>(
        "ae.storage.uploaded", "By", "Bytes of results written.");

    public static Counter<long> Chunks { get; } = Meter.CreateCounter<long>(
        "ae.chunks", "{chunk}", "Chunks done; tag outcome: computed, reused or failed.");

    public static Counter<long> Tokens { get; } = Meter.CreateCounter<long>("ae.tokens", "{token}", "Tokens of computed chunks.");

    public static Histogram<double> ChunkSeconds { get; } = Meter.CreateHistogram<double>(
        "ae.chunk.duration", "s", "Seconds of a computed chunk.");

    public static Histogram<double> MergeSeconds { get; } = Meter.CreateHistogram<double>("ae.merge.duration", "s", "Seconds of a merge.");

    public static Counter<long> Runs { get; } = Meter.CreateCounter<long>(
        "ae.runs", "{run}", "Runs started; tag cause: upload, http or nightly.");
}
