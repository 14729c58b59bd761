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

        var width = metrics.Input.Width;
        var inputs = tile.Dense(metrics.Input);
        tile.Share((first, last) => ComputeRun(metrics, tile, inputs.Span, first, last));
        return new TokenMetricsTile(tokens, width)
        {
            ActiveLatents = _active.AsSpan(0, tokens),
            InputSquaredNorms = _inputNorms.AsSpan(0, tokens),
            ErrorSquaredNorms = _errorNorms.AsSpan(0, tokens),
            NonFinite = _nonFinite.AsSpan(0, tokens),
            Inputs = inputs.Span,
        };
    }

    private void ComputeRun(PlannedMetrics metrics, Tile tile, Span<float> inputs, int first, int last)
    {
        var width = metrics.Input.Width;
        var latents = tile.Sparse(metrics.Latents);
        var errors = tile.Dense(metrics.Error).Span;
        var status = tile.Status(metrics.Error);
        for (var token = first; token < last; token++)
        {
            var input = inputs.Slice(token * width, width);
            _nonFinite[token] = status[token] != RowStatus.Present;
            if (_nonFinite[token])
                input.Clear();
            _active[token] = _nonFinite[token] ? 0 : latents.RowStarts[token + 1] - latents.RowStarts[token];
            _inputNorms[token] = FixedOrder.SquaredNorm(input);
            _errorNorms[token] = FixedOrder.SquaredNorm(errors.Slice(token * width, width));
        }
    }
}
