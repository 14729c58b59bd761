using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Encoding;
using AeServerless.Engine.Encoding.Kernels;
using AeServerless.Engine.Encoding.Sparse;
using AeServerless.Engine.Runtime;

namespace AeServerless.Formats.Engines;

/// <summary>How well an autoencoder does over some activations: the figures that its authors state.</summary>
public sealed class ReconstructionFigures : IDisposable
{
    private readonly Autoencoder _autoencoder;
    private readonly LatentEncoder _encoder;
    private readonly SparseLatents _latents = new();
    private readonly bool[] _seen;
    private readonly double[] _sums;
    private long _active;
    private double _errors;
    private double _squares;

    /// <summary>Begins with no activations.</summary>
    /// <param name="autoencoder">The autoencoder.</param>
    /// <param name="engine">Threads; it outlives this.</param>
    public ReconstructionFigures(Autoencoder autoencoder, EngineContext engine)
    {
        ArgumentNullException.ThrowIfNull(autoencoder);
        _autoencoder = autoencoder;
        _encoder = new LatentEncoder(autoencoder, engine);
        (_seen, _sums) = (new bool[autoencoder.LatentCount], new double[autoencoder.OutputSize]);
    }

    /// <summary>Tokens that were added.</summary>
    public long Tokens { get; private set; }

    /// <summary>L0: mean number of active latents of a token.</summary>
    public double ActiveLatents => (double)_active / Tokens;

    /// <summary>Σ‖y − ŷ‖² / Σ‖y − mean(y)‖².</summary>
    public double FractionOfVarianceUnexplained => _errors / (_squares - _sums.Sum(sum => sum * sum / Tokens));

    /// <summary>Latents that were never active.</summary>
    public int DeadLatents => _seen.Count(isSeen => !isSeen);

    /// <summary>Adds tokens.</summary>
    /// <param name="x">What the autoencoder reads. <c>[tokens, input]</c>.</param>
    /// <param name="y">What it reconstructs: the same, but for transcoders. <c>[tokens, output]</c>.</param>
    public void Add(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        var rows = x.Length / _autoencoder.InputSize;
        _encoder.Encode(x, rows, _latents);
        var error = new float[y.Length];
        SparseKernels.Error(_latents, _autoencoder, x, y, error);
        Tokens += rows;
        _active += _latents.Count;
        foreach (var latent in _latents.Latents)
        {
            _seen[latent] = true;
        }

        var width = _sums.Length;
        for (var row = 0; row < rows; row++)
        {
            // A mean that is taken away for good is nothing that could be explained.
            var target = y.Slice(row * width, width);
            var away = _autoencoder.InputMap.Centred ? Mean(target) : 0;
            for (var i = 0; i < width; i++)
            {
                var (value, missing) = (target[i] - away, error[(row * width) + i]);
                _errors += (double)missing * missing;
                _squares += value * value;
                _sums[i] += value;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _encoder.Dispose();

    private static double Mean(ReadOnlySpan<float> row)
    {
        var sum = 0.0;
        foreach (var value in row)
        {
            sum += value;
        }

        return sum / row.Length;
    }
}
