using AeServerless.Exports.Runs;
using AeServerless.Exports.Sessions;

namespace AeServerless.Exports.Formats.Parquet;

/// <summary>
/// Tables for DuckDB, pandas and Polars: <c>latents</c>, <c>latent_stats</c>, <c>top_examples</c>, <c>token_metrics</c>, and what dense
/// scalars have.
/// </summary>
public sealed class ParquetFormat : IExportFormat
{
    /// <inheritdoc/>
    public string Name => "parquet";

    /// <inheritdoc/>
    public string Summary => "DuckDB, pandas, Polars: tables of values, statistics, examples and token metrics";

    /// <inheritdoc/>
    public int Version => 1;

    /// <inheritdoc/>
    public async Task WriteAsync(ExportSession session, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        var statistics = new StatisticsTables(session);
        var tokens = new TokenTables(session);
        bool IsWanted(string name) => session.Options.Scalars.Count == 0 || session.Options.Scalars.Contains(name.Split('/')[1]);
        foreach (var file in session.Files.Where(file => ExportSession.IsIn("statistics/", file.Name) && IsWanted(file.Name)))
        {
            await statistics.WriteAsync(file.Name, cancellationToken);
        }

        foreach (var file in session.Files.Where(file => ExportSession.IsIn("tokens/", file.Name)))
        {
            await tokens.WriteMetricsAsync("token_metrics", file.Name, cancellationToken);
        }

        foreach (var file in session.Files.Where(file => ExportSession.IsIn("norms/", file.Name) && IsWanted(file.Name)))
        {
            await tokens.WriteMetricsAsync("token_norms", file.Name, cancellationToken);
        }

        if (!session.Files.Any(file => ExportSession.IsIn("latents/", file.Name)))
        {
            session.Lose("the run has no values at every token: the table latents is not there");
            return;
        }

        var scalars = await session.ScalarsAsync(cancellationToken);
        foreach (var scalar in scalars.Where(scalar => scalar.Shape == ScalarShape.Dense))
        {
            await tokens.WriteDenseAsync(scalar, cancellationToken);
        }

        foreach (var scalar in scalars.Where(scalar => scalar.Shape == ScalarShape.LatentVectors))
        {
            await new VectorsTable(session, scalar).WriteAsync(cancellationToken);
        }

        if (session.Run.Tokens is null)
        {
            session.Lose("the dataset was not handed in: tables have no column token");
        }

        foreach (var set in LatentSet.Group(scalars))
        {
            var sequences = await ExportSession.SequencesAsync(set.Primary.File, cancellationToken);
            await new ValuesTable(session, set, sequences).WriteAsync(cancellationToken);
        }
    }
}
