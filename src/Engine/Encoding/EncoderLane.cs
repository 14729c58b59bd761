using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using AeServerless.Engine.Autoencoders;

namespace AeServerless.Engine.Encoding;

/// <summary>One thread's work on a tile: centre, screen, compute the candidates exactly, apply the activation, put in row order.</summary>
internal sealed class EncoderLane
{
    private readonly Autoencoder _autoencoder;
    private readonly Candidates _candidates;
    private readonly LatentOrder _order = new();
    private readonly float[] _centred; // [tokens, input]
    private readonly int[] _cursors;
    private float[] _exact = [];

    public EncoderLane(Autoencoder autoencoder, int tokens)
    {
        _autoencoder = autoencoder;
        var k = autoencoder.Activation.Kind == ActivationKind.TopK ? autoencoder.Activation.K : 0;
        _candidates = new Candidates(tokens, k);
        _centred = new float[tokens * autoencoder.InputSize];
        _cursors = new int[tokens];
    }

    /// <summary>Encodes a tile.</summary>
    /// <param name="inputs">[rows, input]</param>
    /// <param name="rows">Rows of the tile.</param>
    /// <param name="screen">How to find candidates.</param>
    /// <param name="into">Receives the non-zeros.</param>
    /// <returns>Number of candidates.</returns>
    public int Encode(ReadOnlySpan<float> inputs, int rows, ScreenLane screen, EncodedTile into)
    {
        into.Rows = rows;
        Load(inputs, rows, screen, into);
        _candidates.Clear();
        screen.Collect(rows, _candidates);
        var order = _order.Order(_candidates.Latents);
        ComputeExactly(order, into);
        Assemble(order, into);
        if (_candidates.TopK)
        {
            into.KeepLargest(_autoencoder.Activation.K);
        }

        return _candidates.Count;
    }

    private void Load(ReadOnlySpan<float> inputs, int rows, ScreenLane screen, EncodedTile into)
    {
        var width = _autoencoder.InputSize;
        for (var row = 0; row < rows; row++)
        {
            var centred = _centred.AsSpan(row * width, width);
            FixedOrder.Subtract(inputs.Slice(row * width, width), _autoencoder.PreBias, centred);
            var norm = Math.Sqrt(FixedOrder.SquaredNorm(centred));
            into.NonFinite[row] = !double.IsFinite(norm);
            if (into.NonFinite[row])
            {
                screen.LoadNothing(row);
            }
            else
            {
                screen.Load(row, centred, norm);
            }
        }
    }

    /// <summary>The pre-activation of each candidate, weights read once a tile, in ascending order.</summary>
    private void ComputeExactly(ReadOnlySpan<int> order, EncodedTile into)
    {
        if (_exact.Length < order.Length)
        {
            _exact = new float[Math.Max(order.Length, _exact.Length * 2)];
        }

        Array.Clear(into.RowCounts);
        var width = _autoencoder.InputSize;
        ref var centred = ref MemoryMarshal.GetArrayDataReference(_centred);
        ref var weights = ref MemoryMarshal.GetArrayDataReference(_autoencoder.EncoderWeight);
        var rows = _candidates.Rows;
        var latents = _candidates.Latents;
        var identity = _autoencoder.Activation.Kind == ActivationKind.Identity;
        for (var i = 0; i < order.Length; i++)
        {
            var pair = order[i];
            var (row, latent) = (rows[pair], latents[pair]);
            if (i + 1 < order.Length)
            {
                FixedOrder.Prefetch(ref Offset(ref centred, rows[order[i + 1]], width), width);
            }

            var z = FixedOrder.Dot(ref Offset(ref centred, row, width), ref Offset(ref weights, latent, width), width) + _autoencoder.LatentBias[latent];
            into.NonFinite[row] |= !float.IsFinite(z);
            var kept = z > 0 || (identity && z < 0) ? z : 0;
            _exact[pair] = kept;
            into.RowCounts[row] += kept == 0 ? 0 : 1;
        }
    }

    private void Assemble(ReadOnlySpan<int> order, EncodedTile into)
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
        foreach (var pair in order)
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

    private static ref float Offset(ref float first, int row, int width) =>
        ref Unsafe.Add(ref first, (nint)row * width);
}
