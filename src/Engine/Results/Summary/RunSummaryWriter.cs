using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.IO;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Results.Tables;
using AeServerless.Engine.Statistics;

namespace AeServerless.Engine.Results.Summary;

/// <summary>
/// Writes what people read of a run: <c>statistics/{scalar}/{layer}.safetensors</c> with a row for every latent,
/// <c>positions/{autoencoder}/{layer}.safetensors</c> and <c>summary.json</c>.
/// Statistics of two scalars are in memory at a time, of more where they are small.
/// </summary>
public static class RunSummaryWriter
{
    // A table is sent while the next ones are made: small ones wait for storage, large ones take memory.
    private const int LargeTablesAtOnce = 2;
    private const int SmallTablesAtOnce = 8;
    private const int LatentsOfSmallTable = 4096;

    /// <summary>Writes the files and returns the summary.</summary>
    /// <param name="merged">The result of the whole dataset: its aggregates are enough.</param>
    /// <param name="options">What the summary is of.</param>
    /// <param name="run">Where the files go: another place than where <paramref name="merged"/> is, as names are the same.</param>
    /// <param name="cancellationToken">Cancels the writing.</param>
    /// <param name="meanwhile">What to do with the summary while the last tables are being sent.</param>
    /// <exception cref="InvalidInputException">A file of the result is missing or damaged.</exception>
    public static async Task<RunSummary> WriteAsync(
        IResultSource merged,
        SummaryOptions options,
        IResultSink run,
        CancellationToken cancellationToken,
        Func<RunSummary, Task>? meanwhile = null)
    {
        ArgumentNullException.ThrowIfNull(merged);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(run);
        var sequences = new SequenceIndex(options.Shards);
        var scalars = new List<ScalarSummary>();
        var latents = new StrongestLatents(options, sequences);
        var tables = new Queue<Task>();
        try
        {
            foreach (var name in await ByFitnessToRankAsync(merged, cancellationToken))
            {
                var scalar = await ScalarStatistics.ReadAsync(merged, name, cancellationToken);
                try
                {
                    scalars.Add(scalar.Summarise());
                    await latents.AddAsync(scalar, cancellationToken);
                }
                catch
                {
                    scalar.Dispose();
                    throw;
                }

                var width = scalar.Rows.Width;
                tables.Enqueue(WriteTableAsync(scalar, options, sequences, run, cancellationToken));
                if (tables.Count >= (width <= LatentsOfSmallTable ? SmallTablesAtOnce : LargeTablesAtOnce))
                {
                    await tables.Dequeue();
                }
            }

            var summary = await WriteSummaryAsync(merged, options, scalars, latents, run, cancellationToken);
            if (meanwhile is not null)
            {
                await meanwhile(summary);
            }

            return summary;
        }
        finally
        {
            await Task.WhenAll(tables);
        }
    }

    private static async Task<RunSummary> WriteSummaryAsync(
        IResultSource merged,
        SummaryOptions options,
        List<ScalarSummary> scalars,
        StrongestLatents latents,
        IResultSink run,
        CancellationToken cancellationToken)
    {
        var autoencoders = new List<AutoencoderSummary>();
        foreach (var name in merged.Names.Where(ResultNames.IsAutoencoder))
        {
            autoencoders.Add(await SummariseAsync(merged, name, options, latents, run, cancellationToken));
        }

        using var totalsFile = await LoadedResult.LoadAsync(merged, ResultNames.Totals, cancellationToken);
        var totals = TotalsFile.Read(totalsFile);
        var summary = new RunSummary(
            options.Dataset,
            options.Recipe,
            totals.Sequences,
            totals.Tokens,
            [.. autoencoders.OrderBy(a => a.Autoencoder, StringComparer.Ordinal).ThenBy(a => a.Layer)],
            [.. scalars.OrderBy(s => s.Scalar, StringComparer.Ordinal).ThenBy(s => s.Layer)])
        {
            MedianNorms = totals.MedianNorms,
        };
        await using var stream = await run.CreateAsync(RunSummary.FileName, cancellationToken);
        await stream.WriteAsync(summary.ToJson(), cancellationToken);
        await stream.CompleteAsync(cancellationToken);
        return summary;
    }

    /// <summary>The statistics files, those of latents themselves first: the first of an autoencoder ranks its latents.</summary>
    private static async Task<IReadOnlyList<string>> ByFitnessToRankAsync(IResultSource merged, CancellationToken cancellationToken)
    {
        var names = new List<(string Name, bool IsLatent)>();
        foreach (var name in merged.Names.Where(ResultNames.IsStatistics))
        {
            using var opened = await OpenResult.OpenAsync(merged, name, cancellationToken);
            names.Add((name, ShortScalars.IsLatents(opened.File.Text("type"))));
        }

        return [.. names.OrderByDescending(file => file.IsLatent).ThenBy(
            file => file.Name, StringComparer.Ordinal).Select(file => file.Name)];
    }

    /// <summary>Writes the table of a scalar, and disposes the scalar.</summary>
    private static async Task WriteTableAsync(
        ScalarStatistics scalar, SummaryOptions options, SequenceIndex sequences, IResultSink run, CancellationToken cancellationToken)
    {
        using var read = scalar;
        using var tensors = new TensorSet();
        foreach (var (key, value) in scalar.Metadata.Where(
            pair => !pair.Key.EndsWith(ResultMetadata.LimbExponentSuffix, StringComparison.Ordinal)))
        {
            tensors.Metadata[key] = value;
        }

        tensors.Metadata["dataset"] = options.Dataset;
        tensors.Metadata.Put("tokens", scalar.Totals.CountedTokens);
        LatentTable.Add(tensors, scalar, sequences);
        await tensors.WriteAsync(run, scalar.Name, cancellationToken);
    }

    private static async Task<AutoencoderSummary> SummariseAsync(
        IResultSource merged,
        string name,
        SummaryOptions options,
        StrongestLatents latents,
        IResultSink run,
        CancellationToken cancellationToken)
    {
        using var loaded = await LoadedResult.LoadAsync(merged, name, cancellationToken);
        AutoencoderStatistics statistics = AutoencoderStatisticsTensors.CreateFor(loaded);
        AutoencoderStatisticsTensors.AddTo(loaded, firstSequence: 0, statistics);
        var (autoencoder, layer) = (loaded.File.Text("autoencoder"), (int)loaded.File.Number("layer"));
        await PositionTable.WriteAsync(autoencoder, layer, statistics, run, cancellationToken);
        var unexplained = statistics.FractionOfVarianceUnexplained;
        return new AutoencoderSummary(
            autoencoder,
            layer,
            statistics.Metrics.CountedTokens,
            statistics.Metrics.NonFiniteTokens,
            Known(statistics.MeanActiveLatents),
            Known(statistics.MeanSquaredError),
            Known(unexplained),
            Known(statistics.MeanInputNorm),
            latents.RankedBy(autoencoder, layer),
            latents.SummariesOf(autoencoder, layer),
            statistics.Metrics.CountedTokens == 0
                ? AbsentFigures.Without("activeLatents", "meanSquaredError", "fractionOfVarianceUnexplained", "inputNorm")
                : double.IsNaN(unexplained)
                    ? new Dictionary<string, string> { ["fractionOfVarianceUnexplained"] = AbsentFigures.NothingToExplain }
                    : null)
        {
            Excluded = ExcludedSummary.Of(statistics.Metrics.Excluded),
            Reported = latents.ReportedOf(autoencoder, layer),
            ByStrength = latents.ByStrength(autoencoder, layer),
            Distribution = latents.DistributionOf(autoencoder, layer) is { } all
                ? all with
                {
                    ActiveByPosition =
                    [
                        .. Enumerable.Range(0, statistics.Positions.Count).Select(statistics.Positions.MeanActiveLatents),
                    ],
                }
                : null,
            Published = options.Published.GetValueOrDefault(new AutoencoderKey(autoencoder, layer)),
        };
    }

    private static double? Known(double figure) => double.IsNaN(figure) ? null : figure;
}
