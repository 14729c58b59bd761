using AeServerless.Engine.Encoding;

namespace AeServerless.Engine.Statistics;

/// <summary>
/// Statistics of every latent of one scalar, exact and mergeable: the same whatever the order, the tiles and the grouping of what was added.
/// Latents that never had a value cost a pointer each. Not for use by several threads at once.
/// </summary>
/// <param name="width">Number of latents.</param>
/// <param name="options">What to keep.</param>
/// <param name="threads">The most threads to use, each for ranges of latents; the result is the same for any number.</param>
public sealed class LatentStatistics(int width, StatisticsOptions options, int threads = 1)
{
    private readonly LogHistogram _histogram = new(options);
    private readonly LatentState?[] _states = new LatentState?[width];
    private readonly PairBatch _batch = new(width);

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
    public long NonFiniteValues { get; set; }

    /// <summary>Tokens that count: those that were not left out.</summary>
    public long CountedTokens => Tokens - NonFiniteTokens - ShortSequenceTokens;

    internal LogHistogram Histogram => _histogram;

    internal ReadOnlySpan<LatentState?> States
    {
        get
        {
            AddBatch();
            return _states;
        }
    }

    /// <summary>Adds the values of a tile and counts its tokens. Zeros are not counted.</summary>
    /// <param name="tile">The values.</param>
    /// <param name="places">Where the tile's tokens stand. [tile.Tokens]</param>
    public void Add(SparseLatents tile, ReadOnlySpan<TokenPlace> places)
    {
        ArgumentNullException.ThrowIfNull(tile);
        ArgumentOutOfRangeException.ThrowIfNotEqual(places.Length, tile.Tokens);
        Tokens += tile.Tokens;
        NonFiniteValues += _batch.Append(tile, places);
        if (_batch.IsFull)
        {
            AddBatch();
        }
    }

    /// <summary>Adds one value, without counting a token.</summary>
    public void Add(int latent, float value, in TokenPlace place)
    {
        if (!float.IsFinite(value))
        {
            NonFiniteValues++;
        }
        else if (value != 0)
        {
            StateOf(latent).Add(value, place, _histogram);
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
        var states = other.States;
        for (var latent = 0; latent < Width; latent++)
        {
            if (states[latent] is { } state)
            {
                state.Normalise();
                StateOf(latent).Add(state);
            }
        }
    }

    internal LatentState StateOf(int latent) => _states[latent] ??= new LatentState(Options.TopExamples);

    private void AddBatch()
    {
        if (_batch.Count > 0)
        {
            _batch.Drain(threads, AddRun);
        }
    }

    private void AddRun(int latent, ReadOnlySpan<float> values, ReadOnlySpan<int> tokens, ReadOnlySpan<TokenPlace> places)
    {
        var state = StateOf(latent);
        for (var i = 0; i < values.Length; i++)
        {
            state.Add(values[i], places[tokens[i]], _histogram);
        }
    }
}
