using System.Globalization;

namespace AeServerless.Bench.Scale;

/// <summary>The table of docs/scale.md.</summary>
public static class ScaleTable
{
    private static readonly long[] Sizes = [1_000_000_000, 10_000_000_000, 100_000_000_000, 1_000_000_000_000];

    private static readonly int[] Workers = [1, 10, 100, 1_000];

    /// <summary>Writes it in Markdown.</summary>
    public static void Write(TextWriter output, ScaleInputs inputs, Prices prices)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(inputs);
        output.WriteLine("| Tokens | GPUs | Time | GPU hours | Busy | Cost | Per 10⁹ tokens | What binds |");
        output.WriteLine("|---|---|---|---|---|---|---|---|");
        foreach (var size in Sizes)
        {
            foreach (var workers in Workers)
            {
                var row = inputs with { Tokens = size, Workers = workers };
                var prediction = ScaleSimulator.Predict(row);
                var cost = Costs.Of(row, prediction, prices).Total;
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| 10^{Math.Log10(size):0} | {workers:N0} | {Duration(prediction.Seconds)} | {prediction.WorkerSeconds / 3600:N1} | "
                    + $"{prediction.Utilisation:P0} | ${cost:N2} | ${cost / size * 1e9:N2} | {Limits.Binding(row)} |"));
            }
        }
    }

    /// <summary>Writes how well measured runs are predicted from each other.</summary>
    public static void WriteCalibration(TextWriter output, IReadOnlyList<MeasuredRun> runs, Calibration calibration)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(runs);
        ArgumentNullException.ThrowIfNull(calibration);
        output.WriteLine("| Tokens | Chunk | Chunks | Measured s | Predicted s | Ratio |");
        output.WriteLine("|---|---|---|---|---|---|");
        foreach (var run in runs)
        {
            var predicted = calibration.Predict(run);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {run.Tokens:N0} | {run.ChunkTokens:N0} | {run.Chunks} | {run.Seconds:0.00} | {predicted:0.00} | "
                + $"{predicted / run.Seconds:0.00} |"));
        }

        output.WriteLine();
    }

    private static string Duration(double seconds) => seconds switch
    {
        < 5_400 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:0.0} min"),
        < 172_800 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3_600:0.0} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 86_400:0.0} d"),
    };
}
