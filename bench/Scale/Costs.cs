namespace AeServerless.Bench.Scale;

/// <summary>What a run costs, in US dollars.</summary>
/// <param name="Workers">GPU replicas.</param>
/// <param name="Control">The control app: two replicas of 2 vCPU and 4 GiB while the run lasts.</param>
/// <param name="Scheduler">Actions.</param>
/// <param name="Operations">Reads and writes of blobs.</param>
/// <param name="StorageMonth">Keeping activations and results for a month; not part of the total.</param>
public sealed record Costs(double Workers, double Control, double Scheduler, double Operations, double StorageMonth)
{
    private const double ReadBlock = 4 << 20;
    private const int FilesOfAChunk = 12;

    public double Total => Workers + Control + Scheduler + Operations;

    public static Costs Of(ScaleInputs inputs, ScalePrediction prediction, Prices prices)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(prediction);
        ArgumentNullException.ThrowIfNull(prices);
        var reads = (inputs.Tokens * inputs.BytesPerToken / ReadBlock) + (prediction.Merges * inputs.MergeFanIn * FilesOfAChunk);
        var writes = (inputs.Chunks + prediction.Merges) * FilesOfAChunk;
        return new Costs(
            prediction.WorkerSeconds / 3600 * prices.WorkerHour,
            2 * prediction.Seconds * ((2 * prices.VcpuSecond) + (4 * prices.GibSecond)),
            prediction.Actions / 1e6 * prices.MillionActions,
            (reads / 1e4 * prices.TenThousandReads) + (writes / 1e4 * prices.TenThousandWrites),
            inputs.Tokens * (inputs.BytesPerToken + inputs.ResultBytesPerToken) / 1e9 * prices.GbMonth);
    }
}
