using AeServerless.Engine.Encoding.Sparse;
using AeServerless.Engine.Numerics;
using AeServerless.Engine.Statistics.Examples;
using AeServerless.Engine.Statistics.Pending;

namespace AeServerless.Engine.Statistics;

/// <summary>
/// Statistics of every latent of one scalar, exact and mergeable: the same whatever the order, the tiles and the grouping of what was
/// added. Latents that never had a value cost a pointer each. Cleared it is as new, and keeps the memory of latents' states. Not for use by
/// several threads at once, unless they read different latents of what was merged.
/// </summary>
public sealed class LatentStatistics
{
    private readonly LogHistogram _histogram;
    private readonly LatentState?[] _states;
    private readonly PendingValues _pending;
    private readonly LatentState _passing;
    private readonly int _threads;
    private bool _anyStates;

    /// <summary>Empty statistics.</summary>
    /// <param name="width">Number of latents.</param>
    /// <param name="options">What to keep.</param>
    /// <param name="threads">The most threads to use, each for ranges of latents; the result is the same for any number.</param>
    public LatentStatistics(int width, StatisticsOptions options, int threads = 1)
        : this(width, options, threads, PendingValues.DefaultLimit)
    {
    }

    /// <param name="width">Number of latents.</param>
    /// <param name="options">What to keep.</param>
    /// <param name="threads">The most threads to use, each for ranges of latents; the result is the same for any number.</param>
    /// <param name="maxPending">
    /// The most values to collect, 8 bytes each, unless one tile has more; the result is the same for any number.
    /// </param>
    internal LatentStatistics(int width, StatisticsOptions options, int threads, int maxPending)
    {
        Options = options;
        _threads = threads;
        _histogram = new LogHistogram(options);
        _states = new LatentState?[width];
        _pending = new PendingValues(width, maxPending);
        _passing = new LatentState(options);
    }

    /// <summary>Number of latents.</summary>
    public int Width => _states.Length;

    /// <summary>What is kept.</summary>
    public StatisticsOptions Options { get; }

    /// <summary>Tokens that were looked at, with those that were left out.</summary>
    public long Tokens { get; private set; }

    /// <summary>Tokens left out because an input of theirs is NaN or infinite.</summary>
    public long NonFiniteTokens { get; private set; }

    /// <summary>Tokens left out because their sequence does not reach the position that the request traces.</summary>
    public long ShortSequenceTokens { get; private set; }

    /// <summary>Tokens that the recipe or the dataset excludes; <see langword="null"/> where neither excludes any.</summary>
    public ExcludedTokens? Excluded { get; set; }

    /// <summary>Values left out because they are NaN or infinite themselves.</summary>
    public long NonFiniteValues { get; private set; }

    /// <summary>Tokens that count: those that were not left out.</summary>
    public long CountedTokens => Tokens - NonFiniteTokens - ShortSequenceTokens - (Excluded?.Total ?? 0);

    /// <summary>Exact sums, where these are the metrics of a dense scalar.</summary>
    internal DenseTotals? Dense { get; set; }

    /// <summary>Whether the norms of the autoencoder's error were known at the values' tokens.</summary>
    internal bool HasErrorNorms { get; set; }

    internal LogHistogram Histogram => _histogram;

    /// <summary>What is known of a latent; null where it never had a value.</summary>
    internal LatentState? this[int latent]
    {
        get
        {
            AddPending();
            return _states[latent] is { Count: > 0 } state ? state : null;
        }
    }

    /// <summary>Counts tokens without values: those of zeros.</summary>
    public void AddTokens(long tokens) => Tokens += tokens;

    /// <summary>Leaves out tokens, which <see cref="Tokens"/> counts, because an input of theirs is NaN or infinite.</summary>
    public void ExcludeNonFinite(long tokens) => NonFiniteTokens += tokens;

    /// <summary>Leaves out tokens, which <see cref="Tokens"/> counts, because their sequence is too short.</summary>
    public void ExcludeShortSequences(long tokens) => ShortSequenceTokens += tokens;

    /// <summary>Adds the counts of other statistics, without their values.</summary>
    internal void AddCounts(long tokens, long nonFiniteTokens, long shortSequenceTokens, long nonFiniteValues)
    {
        Tokens += tokens;
        NonFiniteTokens += nonFiniteTokens;
        ShortSequenceTokens += shortSequenceTokens;
        NonFiniteValues += nonFiniteValues;
    }

    /// <summary>
    /// Whether a tile's values can wait beside those that wait already. Else adding it first adds these to the states of all latents, which
    /// take several times the memory.
    /// </summary>
    internal bool HasRoomFor(SparseLatents tile) => _pending.Tokens == 0 || _pending.HasRoomFor(tile);

    /// <summary>Adds the values of a tile and counts its tokens. Zeros are not counted.</summary>
    /// <param name="tile">The values.</param>
    /// <param name="places">Sequence and position of the tile's tokens. [tile.Tokens]</param>
    /// <remarks>Random examples are drawn by sequence, position and token id.</remarks>
    public void Add(SparseLatents tile, ReadOnlySpan<TokenPlace> places)
    {
        var keys = new uint[places.Length];
        for (var token = 0; token < keys.Length; token++)
        {
            keys[token] = DrawKeys.Of(Options.Seed, places[token]);
        }

        Add(tile, new TokenColumns(places, keys, []));
    }

    /// <summary>Adds the values of a tile and counts its tokens. Zeros are not counted.</summary>
    /// <param name="tile">The values.</param>
    /// <param name="tokens">The tile's tokens.</param>
    internal void Add(SparseLatents tile, in TokenColumns tokens)
    {
        ArgumentNullException.ThrowIfNull(tile);
        ArgumentOutOfRangeException.ThrowIfNotEqual(tokens.Length, tile.Tokens);
        Tokens += tile.Tokens;
        HasErrorNorms |= !tokens.ErrorNorms.IsEmpty;
        if (!_pending.HasRoomFor(tile))
        {
            AddPending();
        }

        if (_pending.HasRoomFor(tile))
        {
            NonFiniteValues += _pending.Append(tile, tokens);
        }
        else
        {
            AddOneByOne(tile, tokens);
        }
    }

    /// <summary>Adds one value, without counting a token.</summary>
    public void Add(int latent, float value, in TokenPlace place) => Add(latent, value, place, DrawKeys.Of(Options.Seed, place));

    /// <summary>Adds one value of a token that has a key in draws, without counting a token.</summary>
    internal void Add(int latent, float value, in TokenPlace place, uint key)
    {
        if (!float.IsFinite(value))
        {
            NonFiniteValues++;
        }
        else if (value != 0)
        {
            StateOf(latent).Add(value, place, key, _histogram);
        }
    }

    /// <summary>Adds what another has seen of the same scalar. <paramref name="other"/> has the same width and options.</summary>
    public void Add(LatentStatistics other)
    {
        ArgumentNullException.ThrowIfNull(other);
        ArgumentOutOfRangeException.ThrowIfNotEqual(other.Width, Width);
        ArgumentOutOfRangeException.ThrowIfNotEqual(other.Options, Options);
        AddCounts(other.Tokens, other.NonFiniteTokens, other.ShortSequenceTokens, other.NonFiniteValues);
        if (other.Excluded is { } excluded)
        {
            (Excluded ??= new ExcludedTokens()).Add(excluded.Numbers);
        }

        HasErrorNorms |= other.HasErrorNorms;
        if (other.Dense is { } dense)
        {
            (Dense ??= new DenseTotals()).Add(dense.Numbers);
        }

        for (var latent = 0; latent < Width; latent++)
        {
            if (other[latent] is { } state)
            {
                state.Normalise();
                StateOf(latent).Add(state);
            }
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        (Tokens, NonFiniteTokens, ShortSequenceTokens, NonFiniteValues, Excluded) = (0, 0, 0, 0, null);
        HasErrorNorms = false;
        Dense?.Clear();
        _pending.Clear();
        ClearStates();
    }

    internal LatentState StateOf(int latent)
    {
        _anyStates = true;
        return _states[latent] ??= new LatentState(Options);
    }

    /// <summary>
    /// Hands out what is known of each latent that had a value, normalised, latents ascending; the statistics are empty afterwards. Where
    /// all values are still waiting, as of most chunks with few outputs, one state serves all latents in turn: it stays in the cache, and
    /// nothing is allocated.
    /// </summary>
    internal void Drain(Action<int, LatentState> take)
    {
        if (!_anyStates)
        {
            _pending.Drain(threads: 1, (latent, values, tokens) =>
            {
                _passing.Clear();
                _passing.Add(values, tokens, _histogram);
                _passing.Normalise();
                take(latent, _passing);
            });
            return;
        }

        AddPending();
        for (var latent = 0; latent < Width; latent++)
        {
            if (_states[latent] is { Count: > 0 } state)
            {
                state.Normalise();
                take(latent, state);
            }
        }

        ClearStates();
    }

    /// <summary>Adds a tile that has too many tokens to be sorted, as that of a very long sequence that must stay whole.</summary>
    private void AddOneByOne(SparseLatents tile, in TokenColumns tokens)
    {
        var order = tile.ByLatent;
        for (var i = 0; i < order.Pairs.Length; i++)
        {
            var (latent, value, token) = (order.Latents[i], tile.Values[order.Pairs[i]], order.Tokens[i]);
            Add(latent, value, tokens[token], tokens.Keys.IsEmpty ? 0 : tokens.Keys[token]);
            if (!tokens.ErrorNorms.IsEmpty && float.IsFinite(value) && value != 0)
            {
                ExactPowers.Add(tokens.ErrorNorms.Slice(token, 1), ref StateOf(latent).ErrorNorms);
            }
        }
    }

    private void AddPending()
    {
        // Changes nothing when there is nothing pending: then several threads may read.
        if (_pending.Tokens > 0)
        {
            _pending.Drain(_threads, AddRun);
        }
    }

    private void ClearStates()
    {
        if (_anyStates)
        {
            foreach (var state in _states)
            {
                state?.Clear();
            }

            _anyStates = false;
        }
    }

    private void AddRun(int latent, ReadOnlySpan<PendingValue> values, TokenColumns tokens) =>
        StateOf(latent).Add(values, tokens, _histogram);
}
