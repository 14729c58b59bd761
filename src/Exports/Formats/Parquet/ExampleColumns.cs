using AeServerless.Exports.Sessions;

namespace AeServerless.Exports.Formats.Parquet;

/// <summary>The columns of <c>top_examples</c>, filled row by row.</summary>
internal sealed class ExampleColumns
{
    private const int GroupRows = 1 << 15;

    private readonly ExportSession _session;
    private readonly int _layer;
    private readonly List<(int Latent, string Kind, int Rank, ExampleBlock Block, int At)> _rows = [];
    private readonly NumberColumn<int> _latent = new("latent");
    private readonly TextColumn _kind = new("kind");
    private readonly NumberColumn<int> _rank = new("rank");
    private readonly NumberColumn<float> _value = new("value");
    private readonly NumberColumn<long> _sequence = new("sequence");
    private readonly NumberColumn<int> _position = new("position");
    private readonly NumberColumn<int> _token = new("token");
    private readonly TextColumn _text = new("token_text");
    private readonly NumberColumn<int> _shard = new("shard");
    private readonly NumberColumn<int> _shardSequence = new("shard_sequence");
    private readonly NumberColumn<int> _layers = new("layer");

    public ExampleColumns(ExportSession session, string scalar, int layer)
    {
        (_session, _layer) = (session, layer);
        All =
        [
            _latent, _kind, _rank, _value, _sequence, _position, _token, _text, _shard, _shardSequence, _layers,
            new ConstantColumn("scalar", scalar), new ConstantColumn("dataset", session.Run.Dataset),
        ];
    }

    public IReadOnlyList<ParquetColumn> All { get; }

    public void Clear() => _rows.Clear();

    /// <summary>Adds a latent's examples of a kind: those that there are.</summary>
    public void Add(int latent, ExampleBlock block, int start, int most)
    {
        for (var rank = 0; rank < most && block.Sequences[start + rank] >= 0; rank++)
        {
            _rows.Add((latent, block.Kind, rank, block, start + rank));
        }
    }

    public void WriteGroup(ParquetTable table)
    {
        _latent.Values = [.. _rows.Select(row => row.Latent)];
        _kind.Values = [.. _rows.Select(row => row.Kind)];
        _rank.Values = [.. _rows.Select(row => row.Rank)];
        _value.Values = [.. _rows.Select(row => row.Block.Values[row.At])];
        _sequence.Values = [.. _rows.Select(row => row.Block.Sequences[row.At])];
        _position.Values = [.. _rows.Select(row => row.Block.Positions[row.At])];
        _token.Values = [.. _rows.Select(row => row.Block.Tokens[row.At])];
        _text.Values = [.. _token.Values.Select(_session.TokenText)];
        _shard.Values = [.. _rows.Select(row => row.Block.Shards[row.At])];
        _shardSequence.Values = [.. _rows.Select(row => row.Block.ShardSequences[row.At])];
        _layers.Values = [.. Enumerable.Repeat(_layer, _rows.Count)];
        var first = 0;
        for (var row = 1; row <= _rows.Count; row++)
        {
            // Row groups end where a latent does.
            if (row == _rows.Count || (row - first >= GroupRows && _rows[row].Latent != _rows[row - 1].Latent))
            {
                table.WriteGroup(first..row);
                first = row;
            }
        }
    }
}
