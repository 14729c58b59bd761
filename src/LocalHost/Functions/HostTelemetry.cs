using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace AeServerless.LocalHost.Functions;

/// <summary>Traces and metrics of the host: subscribe to <see cref="Name"/>.</summary>
internal static class HostTelemetry
{
    public const string Name = "AeServerless.LocalHost";

    public static ActivitySource Source { get; } = new(Name);

    public static Meter Meter { get; } = new(Name);

    public static Counter<long> Invocations { get; } =
        Meter.CreateCounter<long>(
            "aeserverless.function.invocations", "{invocation}", "Function invocations that ended, by function, trigger and outcome.");

    public static Histogram<double> Duration { get; } =
        Meter.CreateHistogram<double>("aeserverless.function.duration", "s", "How long function invocations took.");
}
