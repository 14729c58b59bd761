using System.Globalization;
using AeServerless.Engine.Tensors;
using AeServerless.Exports.Sessions;

namespace AeServerless.Exports.Formats.Parquet;

/// <summary>
/// The tables <c>latent_stats</c>, a row for each latent with its histograms, and <c>top_examples</c>, a row for each example; of dense
/// scalars,
/// whose rows are metrics, <c>metric_stats</c>.
/// </summary>
internal sealed class StatisticsTables(ExportSession session)
{
    private const int BlockLatents = 4096;

    private static readonly string[] Doubles = ["frequency", "mean", "mean_square", "variance", "standard_deviation"];
    private static readonly string[] Floats = ["max", "min"];
    private static readonly string[] Kinds = ["top", "bottom", "magnitude"];

    /// <summary>Writes the tables of a file of statistics.</summary>
    public async Task WriteAsync(string name, CancellationToken cancellationToken)
    {
        var file = await session.OpenAsync(name, cancellationToken);
        var (scalar, layer) = (file.Metadata["scalar"], int.Parse(file.Metadata["layer"], CultureInfo.InvariantCulture));
        var metrics = file.Metadata.TryGetValue("metrics", out var names) ? names.Split(',') : null;
        var table = metrics is null ? "latent_stats" : "metric_stats";
        var unitName = $"{table}/{scalar}/{layer}";
        if (session.IsDone(unitName))
        {
            return;
        }

        var unit = session.Begin(unitName);
        await unit.WriteAsync(
            $"{unitName}.parquet",
            content => WriteStatisticsAsync(content, file, scalar, layer, metrics, cancellationToken),
            cancellationToken);
        if (metrics is null && file.Tensors.ContainsKey("top_values"))
        {
            await unit.WriteAsync(
                $"top_examples/{scalar}/{layer}.parquet", content => WriteExamplesAsync(
                    content, file, scalar, layer, cancellationToken), cancellationToken);
        }

        await unit.CompleteAsync(cancellationToken);
    }

    private async Task WriteStatisticsAsync(
        Stream content, SafetensorsFile file, string scalar, int layer, string[]? metrics, CancellationToken cancellationToken)
    {
        var (latent, layers, count) = (new NumberColumn<int>("latent"), new NumberColumn<int>("layer"), new NumberColumn<long>("count"));
        var metric = metrics is null ? null : new TextColumn("metric") { Values = metrics };
        NumberColumn<double>[] doubles = [.. Doubles.Select(name => new NumberColumn<double>(name))];
        NumberColumn<float>[] floats = [.. Floats.Select(name => new NumberColumn<float>(name))];
        ListColumn<long>[] histograms = [.. file.Tensors.Keys.Where(name => name is "histogram_positive" or "histogram_negative")
            .Order(StringComparer.Ordinal).Reverse().Select(name => new ListColumn<long>(name))];
        ParquetColumn?[] columns =
        [
            latent, metric, count, .. doubles, .. floats, .. histograms, layers,
            new ConstantColumn("scalar", scalar), new ConstantColumn("dataset", session.Run.Dataset),
        ];
        using var table = new ParquetTable(
            content, [.. columns.OfType<ParquetColumn>()], "latent", await MetadataAsync(file, cancellationToken));
        var rows = (int)file.GetTensor("count").Rows;
        for (var first = 0; first < rows; first += BlockLatents)
        {
            var block = Math.Min(BlockLatents, rows - first);
            latent.Values = [.. Enumerable.Range(first, block)];
            layers.Values = [.. Enumerable.Repeat(layer, block)];
            await file.ReadRowsAsync(file.GetTensor("count"), first, count.Values = new long[block], cancellationToken);
            foreach (var column in doubles)
            {
                column.Values = (await ReadDoublesAsync(file, column.Name, first, block, cancellationToken));
            }

            foreach (var column in floats)
            {
                await file.ReadRowsAsync(
                    file.GetTensor(column.Name), first, (column.Values = new float[block]).AsMemory(), cancellationToken);
            }

            foreach (var column in histograms)
            {
                var entry = file.GetTensor(column.Name);
                var bins = new long[block * (int)entry.RowWidth];
                await file.ReadRowsAsync(entry, first, bins.AsMemory(), cancellationToken);
                column.Values = [.. bins.Chunk((int)entry.RowWidth)];
            }

            table.WriteGroup(..block);
        }

        table.Complete();
    }

    private async Task WriteExamplesAsync(
        Stream content, SafetensorsFile file, string scalar, int layer, CancellationToken cancellationToken)
    {
        var columns = new ExampleColumns(session, scalar, layer);
        using var table = new ParquetTable(content, columns.All, "latent", await MetadataAsync(file, cancellationToken));
        var entry = file.GetTensor("top_values");
        var most = (int)entry.RowWidth;
        for (var first = 0; first < entry.Rows; first += BlockLatents)
        {
            var block = (int)Math.Min(BlockLatents, entry.Rows - first);
            columns.Clear();
            var kinds = new List<ExampleBlock>();
            foreach (var kind in Kinds.Where(kind => file.Tensors.ContainsKey($"{kind}_values")))
            {
                kinds.Add(await ExampleBlock.ReadAsync(file, kind, first, block * most, cancellationToken));
            }

            for (var latent = 0; latent < block; latent++)
            {
                foreach (var kind in kinds)
                {
                    columns.Add(first + latent, kind, latent * most, most);
                }
            }

            columns.WriteGroup(table);
        }

        table.Complete();
    }

    private static async Task<double[]> ReadDoublesAsync(
        SafetensorsFile file, string name, int first, int count, CancellationToken cancellationToken)
    {
        var entry = file.GetTensor(name);
        var bytes = new byte[count * sizeof(double)];
        await file.Source.ReadAsync(entry.Offset + ((long)first * sizeof(double)), bytes, cancellationToken);
        var values = new double[count];
        Buffer.BlockCopy(bytes, 0, values, 0, bytes.Length);
        return values;
    }

    private async Task<Dictionary<string, string>> MetadataAsync(SafetensorsFile file, CancellationToken cancellationToken)
    {
        var metadata = file.Metadata.ToDictionary(pair => $"ae.{pair.Key}", pair => pair.Value);
        metadata["ae.schema"] = "ae-serverless/statistics/1";
        metadata["ae.run"] = session.Run.RunId;
        metadata["ae.dataset"] = session.Run.Dataset;
        if (file.Tensors.ContainsKey("histogram_edges"))
        {
            var edges = await file.ReadFloatsAsync("histogram_edges", cancellationToken);
            metadata["ae.histogram_edges"] = string.Join(',', edges.Select(edge => edge.ToString("R", CultureInfo.InvariantCulture)));
        }

        return metadata;
    }
}
