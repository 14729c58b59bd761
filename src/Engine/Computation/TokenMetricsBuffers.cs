using AeServerless.Engine.Graph;
using AeServerless.Engine.Numerics;
using AeServerless.Engine.Sources;
using AeServerless.Engine.Statistics;

namespace AeServerless.Engine.Computation;

/// <summary>Token metrics of a tile, in buffers that are kept.</summary>
internal sealed class TokenMetricsBuffers(PlannedMetrics metrics)
{
    private int[] _active = [];
    private double[] _inputNorms = [];
    private double[] _errorNorms = [];
    private bool[] _nonFinite = [];
    private float[] _gradientNorms = [];

    public void Compute(Tile tile)
    {
        if (_active.Length < tile.Tokens)
        {
            _active = new int[tile.Tokens];
            _inputNorms = new double[tile.Tokens];
            _errorNorms = new double[tile.Tokens];
            _nonFinite = new bool[tile.Tokens];
            _gradientNorms = new float[metrics.Gradient is null ? 0 : tile.Tokens];
        }

        tile.Share((first, last) => ComputeRun(tile, first, last));
    }

    /// <summary>Hands out what was computed of a tile.</summary>
    public void Deliver(Tile tile, IChunkConsumer consumer)
    {
        var tokens = tile.Tokens;
        var computed = new TokenMetricsTile(tokens, metrics.Input.Width)
        {
            ActiveLatents = _active.AsSpan(0, tokens),
            InputSquaredNorms = _inputNorms.AsSpan(0, tokens),
            ErrorSquaredNorms = _errorNorms.AsSpan(0, tokens),
            NonFinite = _nonFinite.AsSpan(0, tokens),
            GradientNorms = _gradientNorms.AsSpan(0, Math.Min(tokens, _gradientNorms.Length)),
            Inputs = tile.Dense(metrics.Input).Span,
        };
        consumer.Tokens(metrics.Autoencoder, tile.FirstRow, computed);
    }

    private void ComputeRun(Tile tile, int first, int last)
    {
        var width = metrics.Input.Width;
        var inputs = tile.Dense(metrics.Input).Span;
        var latents = tile.Sparse(metrics.Latents);
        var errors = tile.Dense(metrics.Error).Span;
        var status = tile.Status(metrics.Error);
        if (metrics.Gradient is { } gradient)
        {
            MeasureGradients(tile.Dense(gradient).Span, gradient.Width, first, last);
        }

        for (var token = first; token < last; token++)
        {
            var present = status[token] == RowStatus.Present;
            _nonFinite[token] = !present;
            _active[token] = present ? latents.RowStarts[token + 1] - latents.RowStarts[token] : 0;
            _inputNorms[token] = present ? FixedOrder.SquaredNorm(inputs.Slice(token * width, width)) : 0;
            _errorNorms[token] = present ? FixedOrder.SquaredNorm(errors.Slice(token * width, width)) : 0;
        }
    }

    private void MeasureGradients(ReadOnlySpan<float> gradients, int width, int first, int last)
    {
        for (var token = first; token < last; token++)
        {
            _gradientNorms[token] = FixedOrder.Norm(gradients.Slice(token * width, width));
        }
    }
}
