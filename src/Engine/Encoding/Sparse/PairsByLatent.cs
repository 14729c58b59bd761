using AeServerless.Engine.Numerics;

namespace AeServerless.Engine.Encoding.Sparse;

/// <summary>
/// The pairs of some tokens in order of their latents, tokens ascending in each: work over them reads each latent's weights once, while the
/// tokens' rows stay in cache. A counting sort; its buffers are kept.
/// </summary>
internal sealed class PairsByLatent
{
    private int[] _ends = [];
    private int[] _pairs = [];
    private int[] _latents = [];
    private int[] _tokens = [];
    private float[] _values = [];
    private int _count;

    /// <summary>Each pair's place in the order of tokens. [count]</summary>
    public ReadOnlySpan<int> Pairs => _pairs.AsSpan(0, _count);

    /// <summary>Each pair's latent, ascending. [count]</summary>
    public ReadOnlySpan<int> Latents => _latents.AsSpan(0, _count);

    /// <summary>Each pair's token. [count]</summary>
    public ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, _count);

    /// <summary>Where the pairs of latents up to <paramref name="latent"/> end.</summary>
    public int EndOf(int latent) => latent < _ends.Length ? _ends[latent] : _count;

    public void Sort(ReadOnlySpan<int> rowStarts, ReadOnlySpan<int> latents)
    {
        _count = latents.Length;
        GrowableBuffer.Grow(ref _pairs, _count);
        GrowableBuffer.Grow(ref _latents, _count);
        GrowableBuffer.Grow(ref _tokens, _count);
        Count(latents);
        for (var token = 0; token + 1 < rowStarts.Length; token++)
        {
            for (var pair = rowStarts[token]; pair < rowStarts[token + 1]; pair++)
            {
                var at = _ends[latents[pair]]++;
                (_pairs[at], _latents[at], _tokens[at]) = (pair, latents[pair], token);
            }
        }
    }

    /// <summary>Scratch space of the current operation: one number for each pair, in this order. [count]</summary>
    public Span<float> Values => _values.AsSpan(0, _count);

    /// <summary>Brings a number for each pair, given in the order of tokens, into this order.</summary>
    public void Arrange(ReadOnlySpan<float> values)
    {
        GrowableBuffer.Grow(ref _values, _count);
        for (var i = 0; i < _count; i++)
        {
            _values[i] = values[_pairs[i]];
        }
    }

    /// <summary>Makes all <see cref="Values"/> zero.</summary>
    public void Clear()
    {
        GrowableBuffer.Grow(ref _values, _count);
        Values.Clear();
    }

    /// <summary>Brings <see cref="Values"/> back into the order of tokens.</summary>
    public void Restore(Span<float> into)
    {
        for (var i = 0; i < _count; i++)
        {
            into[_pairs[i]] = _values[i];
        }
    }

    /// <summary>Leaves in <see cref="_ends"/> where each latent's pairs start: where they end, when all are in their places.</summary>
    private void Count(ReadOnlySpan<int> latents)
    {
        var most = 0;
        foreach (var latent in latents)
        {
            most = Math.Max(most, latent);
        }

        if (_ends.Length <= most)
        {
            _ends = new int[most + 1];
        }

        Array.Clear(_ends);
        foreach (var latent in latents)
        {
            _ends[latent]++;
        }

        var before = 0;
        foreach (ref var end in _ends.AsSpan())
        {
            (end, before) = (before, before + end);
        }
    }
}
