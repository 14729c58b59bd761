using System.Globalization;
using AeServerless.Exports.Latents;
using AeServerless.Exports.Runs;
using AeServerless.Exports.Sessions;

namespace AeServerless.Exports.Formats.Parquet;

/// <summary>
/// The table <c>latents</c>: a row for each value, sorted by latent, then sequence and position, with a column for each scalar of the
/// autoencoder.
/// A file holds a range of latents, which its name says; no row group has a part of a latent that would fit into it whole.
/// </summary>
internal sealed class ValuesTable(ExportSession session, LatentSet set, SequenceMap sequences)
{
    private const long GroupBytes = 1 << 20;
    private const int FewestGroupRows = 1 << 12;
    private const int FixedBytes = 14;
    private const int MostRanges = 512;
    private const long RowsOfFile = 1 << 23;

    private readonly int _groupRows = (int)Math.Max(FewestGroupRows, GroupBytes / (FixedBytes + (sizeof(float) * set.Scalars.Count)));

    private string Name => $"{set.Primary.Name}/{set.Layer}";

    /// <summary>Writes the files that are not there yet.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        var tokens = session.Run.Tokens is null ? null : session.RequireTokens(set.Primary.Tokens);
        var bounds = LatentRanges.Evenly(set.Width, Math.Min(set.Width, MostRanges));
        // Which values each file has is known once they are counted: an export that is not resumed counts them while it sorts them.
        var files = session.IsResumed ? Files(bounds, (await LatentCounts.ReadAsync(set, cancellationToken)).Entries) : null;
        var done = files?.Where(file => session.IsDone(Unit(bounds, file))).ToHashSet() ?? [];
        if (files?.Count == done.Count)
        {
            return;
        }

        bool IsWanted(int range) => !done.Any(file => range >= file.Start.Value && range < file.End.Value);
        using var spill = await LatentSpill.CreateAsync(set, tokens, bounds, IsWanted, above: null, cancellationToken);
        foreach (var file in (files ?? Files(bounds, spill.Counts)).Where(file => !done.Contains(file)))
        {
            var unit = session.Begin(Unit(bounds, file));
            var parts = Enumerable.Range(file.Start.Value, file.End.Value - file.Start.Value).SelectMany(spill.ByLatent);
            await unit.WriteAsync(
                $"{Unit(bounds, file)}.parquet", content => WriteAsync(content, parts, tokens is not null), cancellationToken);
            await unit.CompleteAsync(cancellationToken);
        }
    }

    /// <summary>Ranges that follow each other and have together as many rows as a file may.</summary>
    private static List<Range> Files(int[] bounds, IReadOnlyList<long> counts)
    {
        var rows = Enumerable.Range(0, bounds.Length - 1)
            .Select(range => Enumerable.Range(bounds[range], bounds[range + 1] - bounds[range]).Sum(latent => counts[latent]));
        var starts = LatentRanges.Divide([.. rows], RowsOfFile);
        return [.. Enumerable.Range(0, starts.Length - 1).Select(file => starts[file]..starts[file + 1])];
    }

    private string Unit(int[] bounds, Range file) =>
        string.Create(CultureInfo.InvariantCulture, $"latents/{Name}/{bounds[file.Start.Value]:D8}-{bounds[file.End.Value] - 1:D8}");

    private async Task WriteAsync(Stream content, IEnumerable<SortedLatents> parts, bool hasTokens)
    {
        var columns = new Columns(session.Run.Dataset, set, hasTokens);
        using var table = new ParquetTable(content, columns.All, "latent", Metadata());
        using var sorted = parts.GetEnumerator();
        SortedLatents? Next() => sorted.MoveNext() ? sorted.Current : null;
        // While one range is written, the next is sorted.
        var next = Task.Run(Next);
        try
        {
            while (await next is { } part)
            {
                next = Task.Run(Next);
                columns.Take(part, sequences);
                WriteGroups(table, part);
            }
        }
        finally
        {
            await Task.WhenAny(next);
        }

        table.Complete();
    }

    private void WriteGroups(ParquetTable table, SortedLatents part)
    {
        var first = 0;
        for (var index = 0; index < part.Latents; index++)
        {
            var (start, length) = part.Of(index).GetOffsetAndLength(part.Entries);
            if (start > first && start + length - first > _groupRows)
            {
                table.WriteGroup(first..start);
                first = start;
            }

            // A latent that is larger than a group is alone in as many as it needs.
            for (; start + length - first > _groupRows; first += _groupRows)
            {
                table.WriteGroup(first..(first + _groupRows));
            }
        }

        if (part.Entries > first)
        {
            table.WriteGroup(first..part.Entries);
        }
    }

    private Dictionary<string, string> Metadata() => new()
    {
        ["ae.schema"] = "ae-serverless/latents/1",
        ["ae.run"] = session.Run.RunId,
        ["ae.dataset"] = session.Run.Dataset,
        ["ae.autoencoder"] = set.Primary.Autoencoder,
        ["ae.layer"] = set.Layer.ToString(CultureInfo.InvariantCulture),
        ["ae.latents"] = set.Width.ToString(CultureInfo.InvariantCulture),
        ["ae.tokens"] = set.Primary.Tokens.ToString(CultureInfo.InvariantCulture),
        ["ae.value"] = set.Primary.Name,
        ["ae.scalars"] = string.Join(',', set.Scalars.Select(scalar => scalar.Name)),
    };

    /// <summary>The table's columns, and how they take what was sorted.</summary>
    private sealed class Columns
    {
        private readonly NumberColumn<int> _latent = new("latent");
        private readonly NumberColumn<int> _layer = new("layer");
        private readonly NumberColumn<int> _sequence = new("sequence");
        private readonly NumberColumn<int> _position = new("position");
        private readonly NumberColumn<int>? _token;
        private readonly OptionalColumn[] _values;
        private readonly int _layerNumber;

        public Columns(string dataset, LatentSet set, bool hasTokens)
        {
            _layerNumber = set.Layer;
            _token = hasTokens ? new NumberColumn<int>("token") : null;
            _values = [.. set.Scalars.Select((scalar, index) => new OptionalColumn(index == 0 ? "value" : scalar.Name, index))];
            ParquetColumn?[] columns = [_latent, _sequence, _position, _token, .. _values, _layer, new ConstantColumn("dataset", dataset)];
            All = [.. columns.OfType<ParquetColumn>()];
        }

        public IReadOnlyList<ParquetColumn> All { get; }

        public void Take(SortedLatents part, SequenceMap sequences)
        {
            var (sequence, position, layer) = (new int[part.Entries], new int[part.Entries], new int[part.Entries]);
            Array.Fill(layer, _layerNumber);
            var near = 0;
            for (var i = 0; i < part.Entries; i++)
            {
                near = sequences.Find(part.Row[i], near);
                sequence[i] = near;
                position[i] = (int)(part.Row[i] - sequences.Start(near));
            }

            (_latent.Values, _layer.Values, _sequence.Values, _position.Values) = (part.Latent, layer, sequence, position);
            if (_token is not null)
            {
                _token.Values = part.Token;
            }

            for (var scalar = 0; scalar < _values.Length; scalar++)
            {
                (_values[scalar].Values, _values[scalar].Present) = (part.Values[scalar], part.Present);
            }
        }
    }
}
