using AeServerless.Engine.Encoding;

namespace AeServerless.Engine.Statistics;

/// <summary>
/// Statistics of every latent of one scalar, exact and mergeable: the same whatever the order, the tiles and the grouping of what was added.
/// Latents that never had a value cost a pointer each.
/// </summary>
/// <param name="width">Number of latents.</param>
/// <param name="options">What to keep.</param>
public sealed class LatentStatistics(int width, StatisticsOptions options)
{
    /// <summary>Non-zeros below which a tile is not worth splitting over threads.</summary>
    private const int MinPairsAThread = 8192;

    private readonly LogHistogram _histogram = new(options);
    private readonly LatentState?[] _states = new LatentState?[width];
    private long _nonFiniteValues;

    /// <summary>Number of latents.</summary>
    public int Width => _states.Length;

    /// <summary>What is kept.</summary>
    public StatisticsOptions Options { get; } = options;

    /// <summary>Tokens that were looked at, with those that were left out.</summary>
    public long Tokens { get; set; }

    /// <summary>Tokens left out because an input of theirs is NaN or infinite.</summary>
    public long NonFiniteTokens { get; set; }

    /// <summary>Tokens left out because their sequence does not reach the position that the request traces.</summary>
    public long ShortSequenceTokens { get; set; }

    /// <summary>Values left out because they are NaN or infinite themselves.</summary>
    public long NonFiniteValues { get => _nonFiniteValues; set => _nonFiniteValues = value; }

    /// <summary>Tokens that count: those that were not left out.</summary>
    public long CountedTokens => Tokens - NonFiniteTokens - ShortSequenceTokens;

    internal LogHistogram Histogram => _histogram;

    internal ReadOnlySpan<LatentState?> States => _states;

    /// <summary>Adds the values of a tile and counts its tokens. Zeros are not counted.</summary>
    /// <param name="tile">The values.</param>
    /// <param name="places">Where the tile's tokens stand. [tile.Tokens]</param>
    /// <param name="threads">The most threads to use, each for a range of latents; the result is the same for any number.</param>
    public void Add(SparseLatents tile, ReadOnlyMemory<TokenPlace> places, int threads = 1)
    {
        ArgumentNullException.ThrowIfNull(tile);
        ArgumentOutOfRangeException.ThrowIfNotEqual(places.Length, tile.Tokens);
        Tokens += tile.Tokens;
        var ranges = Math.Clamp(tile.Count / MinPairsAThread, 1, threads);
        if (ranges == 1)
        {
            AddAll(tile, places.Span);
            return;
        }

        Parallel.For(0, ranges, new ParallelOptions { MaxDegreeOfParallelism = ranges }, range =>
            AddRange(tile, places.Span, (int)((long)Width * range / ranges), (int)((long)Width * (range + 1) / ranges)));
    }

    /// <summary>Adds one value, without counting a token.</summary>
    public void Add(int latent, float value, in TokenPlace place)
    {
        if (!float.IsFinite(value))
        {
            Interlocked.Increment(ref _nonFiniteValues);
        }
        else if (value != 0)
        {
            (_states[latent] ??= new LatentState(Options.TopExamples)).Add(value, place, _histogram);
        }
    }

    /// <summary>Adds what another has seen of the same scalar. <paramref name="other"/> has the same width and options.</summary>
    public void Add(LatentStatistics other)
    {
        ArgumentNullException.ThrowIfNull(other);
        ArgumentOutOfRangeException.ThrowIfNotEqual(other.Width, Width);
        ArgumentOutOfRangeException.ThrowIfNotEqual(other.Options, Options);
        Tokens += other.Tokens;
        NonFiniteTokens += other.NonFiniteTokens;
        ShortSequenceTokens += other.ShortSequenceTokens;
        NonFiniteValues += other.NonFiniteValues;
        for (var latent = 0; latent < Width; latent++)
        {
            if (other._states[latent] is { } state)
            {
                state.Normalise();
                StateOf(latent).Add(state);
            }
        }
    }

    internal LatentState StateOf(int latent) => _states[latent] ??= new LatentState(Options.TopExamples);

    private void AddAll(SparseLatents tile, ReadOnlySpan<TokenPlace> places)
    {
        var starts = tile.RowStarts;
        var latents = tile.Latents;
        var values = tile.Values;
        for (var token = 0; token < places.Length; token++)
        {
            for (var i = starts[token]; i < starts[token + 1]; i++)
            {
                Add(latents[i], values[i], places[token]);
            }
        }
    }

    private void AddRange(SparseLatents tile, ReadOnlySpan<TokenPlace> places, int first, int end)
    {
        var starts = tile.RowStarts;
        var latents = tile.Latents;
        var values = tile.Values;
        for (var token = 0; token < places.Length; token++)
        {
            var row = latents[starts[token]..starts[token + 1]];
            var at = row.BinarySearch(first);
            for (at = at < 0 ? ~at : at; at < row.Length && row[at] < end; at++)
            {
                Add(row[at], values[starts[token] + at], places[token]);
            }
        }
    }
}
