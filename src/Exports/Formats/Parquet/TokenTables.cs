using System.Globalization;
using AeServerless.Engine.Tensors;
using AeServerless.Exports.Runs;
using AeServerless.Exports.Sessions;

namespace AeServerless.Exports.Formats.Parquet;

/// <summary>
/// Tables with a row for each token: <c>token_metrics</c> of autoencoders (l0, mse, norm), <c>token_norms</c> of dense scalars (l2_norm,
/// sum), and <c>dense</c>, the vectors of dense scalars.
/// </summary>
internal sealed class TokenTables(ExportSession session)
{
    private const int BlockRows = 1 << 16;
    private const int BlockNumbers = 1 << 20;

    /// <summary>Writes the table of a file under <c>tokens/</c> or <c>norms/</c>.</summary>
    public async Task WriteMetricsAsync(string table, string name, CancellationToken cancellationToken)
    {
        var path = Path(table, name);
        if (session.IsDone(path))
        {
            return;
        }

        var file = await session.OpenAsync(name, cancellationToken);
        await WriteAsync(
            path,
            file,
            file.Tensors.Keys.Where(IsMetric).Order(StringComparer.Ordinal).Select(metric => Metric(file, metric)),
            BlockRows,
            cancellationToken);
    }

    /// <summary>Writes the table of a dense scalar.</summary>
    public async Task WriteDenseAsync(LatentScalar scalar, CancellationToken cancellationToken)
    {
        var path = $"dense/{scalar.Name}/{scalar.Layer}";
        if (session.IsDone(path))
        {
            return;
        }

        var rows = Math.Max(1, BlockNumbers / Math.Max(1, scalar.Width));
        await WriteAsync(path, scalar.File, [(new ListColumn<float>(scalar.Name), ReadAsync)], rows, cancellationToken);

        async Task ReadAsync(ParquetColumn column, long first, int count)
        {
            var values = new float[count * scalar.Width];
            await scalar.File.ReadRowsAsync(scalar.File.GetTensor("values"), first, values.AsMemory(), cancellationToken);
            ((ListColumn<float>)column).Values = [.. values.Chunk(scalar.Width)];
        }
    }

    private static string Path(string table, string name)
    {
        var parts = name[..^".safetensors".Length].Split('/');
        return $"{table}/{parts[1]}/{parts[2]}";
    }

    private static bool IsMetric(string tensor) => tensor is not "sequence_lengths";

    private static string Short(string tensor) => tensor switch
    {
        "active_latents" => "l0",
        "mean_squared_error" => "mse",
        "input_norm" => "norm",
        _ => tensor,
    };

    private static (ParquetColumn Column, Func<ParquetColumn, long, int, Task> Read) Metric(SafetensorsFile file, string tensor)
    {
        var entry = file.GetTensor(tensor);
        return entry.Dtype switch
        {
            TensorDtype.U8 => (new NumberColumn<int>(Short(tensor)), ReadMarksAsync),
            TensorDtype.I32 => (new NumberColumn<int>(Short(tensor)), ReadCountsAsync),
            _ => (new NumberColumn<float>(Short(tensor)), ReadFiguresAsync),
        };

        // Why a token does not count in statistics.
        async Task ReadMarksAsync(ParquetColumn column, long first, int count)
        {
            var values = new byte[count];
            await file.ReadRowsAsync(entry, first, values.AsMemory(), CancellationToken.None);
            ((NumberColumn<int>)column).Values = Array.ConvertAll(values, value => (int)value);
        }

        async Task ReadCountsAsync(ParquetColumn column, long first, int count)
        {
            var values = new int[count];
            await file.ReadRowsAsync(entry, first, values.AsMemory(), CancellationToken.None);
            ((NumberColumn<int>)column).Values = values;
        }

        async Task ReadFiguresAsync(ParquetColumn column, long first, int count)
        {
            var values = new float[count];
            await file.ReadRowsAsync(entry, first, values.AsMemory(), CancellationToken.None);
            ((NumberColumn<float>)column).Values = values;
        }
    }

    private async Task WriteAsync(
        string path,
        SafetensorsFile file,
        IEnumerable<(ParquetColumn Column, Func<ParquetColumn, long, int, Task> Read)> read,
        int blockRows,
        CancellationToken cancellationToken)
    {
        var columns = read.ToList();
        var sequences = await ExportSession.SequencesAsync(file, cancellationToken);
        var tokens = session.Run.Tokens is null ? null : session.RequireTokens(sequences.Tokens);
        var unit = session.Begin(path);
        await unit.WriteAsync(
            $"{path}.parquet",
            content => WriteTableAsync(content, file, columns, sequences, tokens, blockRows, cancellationToken),
            cancellationToken);
        await unit.CompleteAsync(cancellationToken);
    }

    private async Task WriteTableAsync(
        Stream content,
        SafetensorsFile file,
        List<(ParquetColumn Column, Func<ParquetColumn, long, int, Task> Read)> columns,
        SequenceMap sequences,
        ITokenIds? tokens,
        int blockRows,
        CancellationToken cancellationToken)
    {
        var (sequence, position, layer) = (
            new NumberColumn<int>("sequence"), new NumberColumn<int>("position"), new NumberColumn<int>("layer"));
        var token = tokens is null ? null : new NumberColumn<int>("token");
        ParquetColumn?[] all =
        [
            sequence, position, token, .. columns.Select(column => column.Column), layer,
            new ConstantColumn("dataset", session.Run.Dataset),
        ];
        var metadata = file.Metadata.ToDictionary(pair => $"ae.{pair.Key}", pair => pair.Value);
        metadata["ae.run"] = session.Run.RunId;
        var number = int.Parse(file.Metadata["layer"], CultureInfo.InvariantCulture);
        using var table = new ParquetTable(content, [.. all.OfType<ParquetColumn>()], "sequence", metadata);
        var near = 0;
        for (var first = 0L; first < sequences.Tokens; first += blockRows)
        {
            var count = (int)Math.Min(blockRows, sequences.Tokens - first);
            (sequence.Values, position.Values) = (new int[count], new int[count]);
            layer.Values = [.. Enumerable.Repeat(number, count)];
            for (var i = 0; i < count; i++)
            {
                near = sequences.Find(first + i, near);
                (sequence.Values[i], position.Values[i]) = (near, (int)(first + i - sequences.Start(near)));
            }

            if (tokens is not null)
            {
                await tokens.ReadAsync(first, token!.Values = new int[count], cancellationToken);
            }

            foreach (var (column, readAsync) in columns)
            {
                await readAsync(column, first, count);
            }

            table.WriteGroup(..count);
        }

        table.Complete();
    }
}
