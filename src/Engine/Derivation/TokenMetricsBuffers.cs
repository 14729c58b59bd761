using AeServerless.Engine.Encoding;

namespace AeServerless.Engine.Derivation;

/// <summary>Token metrics of a tile, in buffers that are kept.</summary>
internal sealed class TokenMetricsBuffers
{
    private int[] _active = [];
    private double[] _inputNorms = [];
    private double[] _errorNorms = [];
    private bool[] _nonFinite = [];

    public TokenMetricsTile Compute(PlannedMetrics metrics, Tile tile)
    {
        var tokens = tile.Tokens;
        if (_active.Length < tokens)
        {
            _active = new int[tokens];
            _inputNorms = new double[tokens];
            _errorNorms = new double[tokens];
            _nonFinite = new bool[tokens];
        }

        var (width, latents) = (metrics.Input.Width, tile.Sparse(metrics.Latents));
        var inputs = tile.Dense(metrics.Input).Span;
        var errors = tile.Dense(metrics.Error).Span;
        var status = tile.Status(metrics.Error);
        for (var token = 0; token < tokens; token++)
        {
            _nonFinite[token] = status[token] != RowStatus.Present;
            if (_nonFinite[token])
                inputs.Slice(token * width, width).Clear();
            _active[token] = _nonFinite[token] ? 0 : latents.RowStarts[token + 1] - latents.RowStarts[token];
            _inputNorms[token] = FixedOrder.SquaredNorm(inputs.Slice(token * width, width));
            _errorNorms[token] = FixedOrder.SquaredNorm(errors.Slice(token * width, width));
        }

        return new TokenMetricsTile(tokens, width)
        {
            ActiveLatents = _active.AsSpan(0, tokens),
            InputSquaredNorms = _inputNorms.AsSpan(0, tokens),
            ErrorSquaredNorms = _errorNorms.AsSpan(0, tokens),
            NonFinite = _nonFinite.AsSpan(0, tokens),
            Inputs = inputs,
        };
    }
}
