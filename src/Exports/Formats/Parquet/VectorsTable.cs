using AeServerless.Exports.Runs;
using AeServerless.Exports.Sessions;

namespace AeServerless.Exports.Formats.Parquet;

/// <summary>The table <c>vectors</c>: a row for each vector that a latent has at a token, in the order of tokens.</summary>
internal sealed class VectorsTable(ExportSession session, LatentScalar scalar)
{
    private const int BlockTokens = 1 << 12;
    private const int BlockNumbers = 1 << 20;

    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        var path = $"vectors/{scalar.Name}/{scalar.Layer}";
        if (!session.IsDone(path))
        {
            var sequences = await ExportSession.SequencesAsync(scalar.File, cancellationToken);
            var unit = session.Begin(path);
            await unit.WriteAsync($"{path}.parquet", content => WriteAsync(content, sequences, cancellationToken), cancellationToken);
            await unit.CompleteAsync(cancellationToken);
        }
    }

    private async Task WriteAsync(Stream content, SequenceMap sequences, CancellationToken cancellationToken)
    {
        var (sequence, position, latent) = (
            new NumberColumn<int>("sequence"), new NumberColumn<int>("position"), new NumberColumn<int>("latent"));
        var vector = new ListColumn<float>(scalar.Name);
        using var table = new ParquetTable(
            content, [sequence, position, latent, vector], "sequence", new Dictionary<string, string> { ["ae.run"] = session.Run.RunId });
        var (file, entry) = (scalar.File, scalar.File.GetTensor("values"));
        var width = (int)entry.RowWidth;
        for (var first = 0L; first < scalar.Tokens; first += BlockTokens)
        {
            var starts = new long[(int)Math.Min(BlockTokens, scalar.Tokens - first) + 1];
            await file.ReadRowsAsync(file.GetTensor("indptr"), first, starts.AsMemory(), cancellationToken);
            var row = 0;
            for (var at = starts[0]; at < starts[^1];)
            {
                var count = (int)Math.Min(Math.Max(1, BlockNumbers / Math.Max(1, width)), starts[^1] - at);
                (sequence.Values, position.Values, latent.Values) = (new int[count], new int[count], new int[count]);
                for (var i = 0; i < count; i++)
                {
                    while (starts[row + 1] <= at + i)
                    {
                        row++;
                    }

                    sequence.Values[i] = sequences.Find(first + row, i > 0 ? sequence.Values[i - 1] : 0);
                    position.Values[i] = (int)(first + row - sequences.Start(sequence.Values[i]));
                }

                await file.ReadRowsAsync(file.GetTensor("indices"), at, latent.Values.AsMemory(), cancellationToken);
                var values = new float[count * width];
                await file.ReadRowsAsync(entry, at, values.AsMemory(), cancellationToken);
                vector.Values = [.. values.Chunk(width)];
                table.WriteGroup(..count);
                at += count;
            }
        }

        table.Complete();
    }
}
