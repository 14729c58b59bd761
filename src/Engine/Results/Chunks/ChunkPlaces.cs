using AeServerless.Engine.Datasets;
using AeServerless.Engine.Statistics.Examples;

namespace AeServerless.Engine.Results.Chunks;

/// <summary>Sequence and position of a tile's tokens, counted from the chunk's first sequence.</summary>
internal sealed class ChunkPlaces
{
    private readonly ReadOnlyMemory<long> _tokenIds;
    private readonly int[] _sequenceStarts;
    private readonly long _firstRow;
    private readonly int _seed;
    private TokenPlace[] _places = [];
    private uint[] _keys = [];
    private (int Index, ulong Hash) _sequence = (-1, 0);
    private (int FirstRow, int Tokens) _tile = (0, 0);

    public ChunkPlaces(ChunkRange range, ReadOnlyMemory<long> tokenIds, int seed)
    {
        (_tokenIds, _firstRow, _seed) = (tokenIds, range.FirstRow, seed);
        _sequenceStarts = new int[range.SequenceLengths.Count + 1];
        for (var i = 0; i < range.SequenceLengths.Count; i++)
        {
            _sequenceStarts[i + 1] = _sequenceStarts[i] + range.SequenceLengths[i];
        }

        if (_sequenceStarts[^1] != range.Tokens || (tokenIds.Length != 0 && tokenIds.Length != range.Tokens))
        {
            throw new ArgumentException("Sequences and token ids must add up to the range's tokens.", nameof(range));
        }
    }

    /// <summary>The places of a tile; valid until the next tile is asked for. [tokens]</summary>
    public ReadOnlySpan<TokenPlace> Tile(int firstRow, int tokens)
    {
        if (_tile != (firstRow, tokens))
        {
            _tile = (firstRow, tokens);
            Fill(firstRow, tokens);
        }

        return _places.AsSpan(0, tokens);
    }

    /// <summary>The keys in draws of the tile whose places were asked for last. [tokens]</summary>
    public ReadOnlySpan<uint> Keys => _keys.AsSpan(0, _tile.Tokens);

    private void Fill(int firstRow, int tokens)
    {
        if (_places.Length < tokens)
        {
            _places = new TokenPlace[tokens];
            _keys = new uint[tokens];
        }

        var sequence = Array.BinarySearch(_sequenceStarts, firstRow);
        sequence = sequence < 0 ? ~sequence - 1 : sequence;
        for (var row = firstRow; row < firstRow + tokens; row++)
        {
            while (row >= _sequenceStarts[sequence + 1])
            {
                sequence++;
            }

            _places[row - firstRow] = new TokenPlace(sequence, row - _sequenceStarts[sequence], TokenId(row));
            _keys[row - firstRow] = DrawKeys.Of(Hash(sequence), _firstRow + row);
        }
    }

    private ulong Hash(int sequence)
    {
        if (_sequence.Index != sequence)
        {
            var (start, end) = (_sequenceStarts[sequence], _sequenceStarts[sequence + 1]);
            _sequence = (sequence, DrawKeys.OfSequence(_seed, _tokenIds.IsEmpty ? [] : _tokenIds.Span[start..end]));
        }

        return _sequence.Hash;
    }

    private int TokenId(int row) => _tokenIds.IsEmpty || _tokenIds.Span[row] is < 0 or > int.MaxValue ? -1 : (int)_tokenIds.Span[row];
}
