namespace AeServerless.Bench.Scale;

/// <summary>
/// List prices in US dollars, each to be replaced by the reader's own. They are assumptions: pay-as-you-go in an American region as
/// remembered at the date, without discounts, taxes and free grants.
/// </summary>
public sealed record Prices
{
    public const string AsOf = "2025-11";

    /// <summary>
    /// One GPU replica with its vCPUs and memory, an hour. The default is the price of a virtual machine of that size (NC8as_T4_v3); the
    /// serverless meters (GPU, vCPU and GiB seconds) of the region take its place.
    /// </summary>
    public double WorkerHour { get; init; } = 0.752;

    /// <summary>Container Apps, Consumption: a vCPU second and a GiB second.</summary>
    public double VcpuSecond { get; init; } = 0.000024;

    public double GibSecond { get; init; } = 0.000003;

    /// <summary>A million actions of the scheduler's Consumption SKU.</summary>
    public double MillionActions { get; init; } = 5;

    /// <summary>Ten thousand reads and writes of blobs, hot tier, local redundancy.</summary>
    public double TenThousandReads { get; init; } = 0.005;

    public double TenThousandWrites { get; init; } = 0.065;

    /// <summary>A GB for a month, hot tier, local redundancy.</summary>
    public double GbMonth { get; init; } = 0.0184;

    /// <summary>A virtual machine of the size of one A100 replica (NC24ads_A100_v4), an hour.</summary>
    public const double A100Hour = 3.673;
}
