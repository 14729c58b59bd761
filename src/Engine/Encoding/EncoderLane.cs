using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Encoding.Screening;
using AeServerless.Engine.Numerics;

namespace AeServerless.Engine.Encoding;

/// <summary>One thread's work on a tile: centre, screen, compute the candidates exactly, apply the activation, put in row order.</summary>
internal sealed class EncoderLane
{
    private readonly Autoencoder _autoencoder;
    private readonly Candidates _candidates;
    private readonly BlockOrder _order = new();
    private readonly float[] _centred; // [tokens, input]
    private readonly double[] _norms;
    private readonly int[] _cursors;
    private float[] _exact = [];

    public EncoderLane(Autoencoder autoencoder, int tokens)
    {
        Debug.Assert(EncoderRows.RowsTogether % Screen.LatentBlock == 0, "The rows of a block of latents are beside each other.");
        _autoencoder = autoencoder;
        var (kind, k) = autoencoder.Activation;
        k = kind == ActivationKind.TopK && autoencoder.Activation.SelectionScale is null ? k : 0;
        _candidates = new Candidates(tokens, k);
        _centred = new float[tokens * autoencoder.InputSize];
        _norms = new double[tokens];
        _cursors = new int[tokens];
    }

    /// <summary>Encodes a tile.</summary>
    /// <param name="inputs">[rows, input]</param>
    /// <param name="rows">Rows of the tile.</param>
    /// <param name="screen">How to find candidates.</param>
    /// <param name="into">Receives the non-zeros.</param>
    /// <returns>What it took.</returns>
    public TileWork Encode(ReadOnlySpan<float> inputs, int rows, ScreenLane screen, EncodedTile into)
    {
        into.Rows = rows;
        var started = Stopwatch.GetTimestamp();
        Load(inputs, rows, screen, into);
        _candidates.Clear();
        screen.Collect(rows, _candidates);
        var screened = Stopwatch.GetTimestamp();
        ComputeExactly(into);
        Assemble(into);
        if (_autoencoder.Activation.Kind is ActivationKind.TopK or ActivationKind.GroupMax)
        {
            into.Choose(_autoencoder);
        }

        return new TileWork(
            rows, _candidates.Count, into.Count, Stopwatch.GetElapsedTime(started, screened).TotalSeconds,
            Stopwatch.GetElapsedTime(screened).TotalSeconds);
    }

    private void Load(ReadOnlySpan<float> inputs, int rows, ScreenLane screen, EncodedTile into)
    {
        var width = _autoencoder.InputSize;
        for (var row = 0; row < rows; row++)
        {
            var centred = _centred.AsSpan(row * width, width);
            InputMapping.Apply(_autoencoder, inputs.Slice(row * width, width), centred);
            _norms[row] = Math.Sqrt(FixedOrder.SquaredNorm(centred));
            into.NonFinite[row] = !double.IsFinite(_norms[row]);
        }

        screen.Prepare(_centred.AsSpan(0, rows * width), _norms.AsSpan(0, rows));
        for (var row = 0; row < rows; row++)
        {
            if (into.NonFinite[row])
            {
                screen.Skip(row);
            }
            else
            {
                screen.Load(row, _centred.AsSpan(row * width, width), _norms[row]);
            }
        }
    }

    /// <summary>The pre-activation of each candidate, weights read once a tile, in ascending order.</summary>
    private void ComputeExactly(EncodedTile into)
    {
        if (_exact.Length < _candidates.Count)
        {
            _exact = new float[Math.Max(_candidates.Count, _exact.Length * 2)];
        }

        Array.Clear(into.RowCounts);
        var latents = _candidates.Latents;
        var rows = _candidates.Rows;
        var rowsTogether = RowsTogether(into.Rows);
        for (int start = 0, end; start < latents.Length; start = end)
        {
            // The screen goes block by block: what a block's pairs need of order, rows and results stays in the L1 cache.
            var (block, group) = (latents[start] / Screen.LatentBlock, rows[start] / rowsTogether);
            for (end = start + 1; end < latents.Length && latents[end] / Screen.LatentBlock == block && rows[end] / rowsTogether == group;)
            {
                end++;
            }

            ComputeBlock(block * Screen.LatentBlock, start, end, into);
        }
    }

    /// <summary>
    /// Rows whose candidates are computed together: where each latent has many, as few rows as leave it some. These stay in the L2 cache.
    /// </summary>
    private int RowsTogether(int rows)
    {
        const int LeastRows = 128;
        const double PairsOfALatent = 3;
        var pairs = Math.Max(_candidates.Count / (double)_autoencoder.LatentCount, 1e-3);
        return (int)Math.Clamp(rows * PairsOfALatent / pairs, LeastRows, Math.Max(rows, LeastRows));
    }

    private void ComputeBlock(int firstLatent, int start, int end, EncodedTile into)
    {
        var width = _autoencoder.InputSize;
        ref var weight = ref MemoryMarshal.GetReference(_autoencoder.Encoder.Row(firstLatent));
        var rows = _candidates.Rows[start..end];
        var exact = _exact.AsSpan(start, end - start);
        var order = _order.Sort(_candidates.Latents[start..end], firstLatent);
        for (int i = 0, latent = 0; i < order.Length; latent++, weight = ref Unsafe.Add(ref weight, width))
        {
            var last = _order.End(latent);
            var bias = _autoencoder.LatentBias[firstLatent + latent];
            for (; i + 4 <= last && width % FixedOrder.Unrolled == 0; i += 4)
            {
                var (a, b, c, d) = (order[i], order[i + 1], order[i + 2], order[i + 3]);
                (exact[a], exact[b], exact[c], exact[d]) = FixedOrder.DotFour(
                    ref Centred(rows[a]), ref Centred(rows[b]), ref Centred(rows[c]), ref Centred(rows[d]), ref weight, width);
                exact[a] += bias;
                exact[b] += bias;
                exact[c] += bias;
                exact[d] += bias;
            }

            for (; i < last; i++)
            {
                exact[order[i]] = FixedOrder.Dot(ref Centred(rows[order[i]]), ref weight, width) + bias;
            }
        }

        Activate(rows, _candidates.Latents[start..end], exact, into);
    }

    private void Activate(ReadOnlySpan<int> rows, ReadOnlySpan<int> latents, Span<float> exact, EncodedTile into)
    {
        var activation = _autoencoder.Activation;
        var isPositivePart = activation.Kind is ActivationKind.ReLU or ActivationKind.TopK or ActivationKind.GroupMax;
        for (var i = 0; i < exact.Length; i++)
        {
            var z = exact[i];
            into.NonFinite[rows[i]] |= !float.IsFinite(z);
            exact[i] = isPositivePart ? (z > 0 ? z : 0) : activation.Of(z, latents[i]);
            into.RowCounts[rows[i]] += exact[i] == 0 ? 0 : 1;
        }
    }

    private void Assemble(EncodedTile into)
    {
        var count = 0;
        for (var row = 0; row < into.Rows; row++)
        {
            into.RowCounts[row] = into.NonFinite[row] ? 0 : into.RowCounts[row];
            _cursors[row] = count;
            count += into.RowCounts[row];
        }

        into.Grow(count);
        var latents = into.Latents;
        var values = into.Values;
        for (var pair = 0; pair < _candidates.Count; pair++)
        {
            var row = _candidates.Rows[pair];
            if (_exact[pair] != 0 && !into.NonFinite[row])
            {
                var at = _cursors[row]++;
                latents[at] = _candidates.Latents[pair];
                values[at] = _exact[pair];
            }
        }
    }

    private ref float Centred(int row) =>
        ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_centred), (nint)row * _autoencoder.InputSize);
}
