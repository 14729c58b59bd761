using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Encoding;
using AeServerless.Engine.Encoding.Kernels;
using AeServerless.Engine.Encoding.Sparse;
using AeServerless.Engine.Runtime;
using AeServerless.Engine.Statistics;
using AeServerless.Engine.Statistics.Examples;

namespace AeServerless.Formats.Engines;

/// <summary>How well an autoencoder does over some activations: the figures that its authors state, computed as those of a run.</summary>
public sealed class ReconstructionFigures : IDisposable
{
    private readonly Autoencoder _autoencoder;
    private readonly LatentEncoder _encoder;
    private readonly SparseLatents _latents = new();
    private readonly AutoencoderStatistics _statistics;
    private readonly bool[] _seen;

    /// <summary>Begins with no activations.</summary>
    /// <param name="autoencoder">The autoencoder.</param>
    /// <param name="engine">Threads; it outlives this.</param>
    public ReconstructionFigures(Autoencoder autoencoder, EngineContext engine)
    {
        ArgumentNullException.ThrowIfNull(autoencoder);
        _autoencoder = autoencoder;
        _encoder = new LatentEncoder(autoencoder, engine);
        _statistics = new AutoencoderStatistics(autoencoder.OutputSize, new StatisticsOptions());
        _seen = new bool[autoencoder.LatentCount];
    }

    /// <summary>Tokens that were added.</summary>
    public long Tokens => _statistics.Metrics.Tokens;

    /// <summary>Tokens among them with NaN or infinities, which are in no figure.</summary>
    public long NonFinite => _statistics.Metrics.NonFiniteTokens;

    /// <summary>L0: mean number of active latents of a token; not a number without tokens that count.</summary>
    public double ActiveLatents => _statistics.MeanActiveLatents;

    /// <summary>Σ‖y − ŷ‖² / Σ‖y − mean(y)‖²; not a number where y never varies.</summary>
    public double FractionOfVarianceUnexplained => _statistics.FractionOfVarianceUnexplained;

    /// <summary>Latents that were never active.</summary>
    public int DeadLatents => _seen.Count(isSeen => !isSeen);

    /// <summary>Adds tokens.</summary>
    /// <param name="x">What the autoencoder reads. <c>[tokens, input]</c>.</param>
    /// <param name="y">What it reconstructs: the same, but for transcoders. <c>[tokens, output]</c>.</param>
    public void Add(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        var (rows, width) = (x.Length / _autoencoder.InputSize, _autoencoder.OutputSize);
        _encoder.Encode(x, rows, _latents);
        foreach (var latent in _latents.Latents)
        {
            _seen[latent] = true;
        }

        var errors = new float[y.Length];
        SparseKernels.Error(_latents, _autoencoder, x, y, errors);
        var targets = y.ToArray();
        var (active, errorNorms, norms) = (new int[rows], new double[rows], new double[rows]);
        var (nonFinite, places) = (new bool[rows], new TokenPlace[rows]);
        for (var row = 0; row < rows; row++)
        {
            var target = targets.AsSpan(row * width, width);
            if (_autoencoder.InputMap.Centred)
            {
                // A mean that is taken away for good is nothing that could be explained.
                TakeMeanAway(target);
            }

            (errorNorms[row], norms[row]) = (SquaredNorm(errors.AsSpan(row * width, width)), SquaredNorm(target));
            nonFinite[row] = _latents.NonFinite[row] || !double.IsFinite(errorNorms[row] + norms[row]);
            active[row] = _latents.RowStarts[row + 1] - _latents.RowStarts[row];
            places[row] = new TokenPlace(0, (int)Tokens + row, 0);
        }

        var tile = new TokenMetricsTile(rows, width)
        {
            ActiveLatents = active,
            InputSquaredNorms = norms,
            ErrorSquaredNorms = errorNorms,
            NonFinite = nonFinite,
            Inputs = targets,
        };
        _statistics.Add(tile, places);
    }

    /// <inheritdoc/>
    public void Dispose() => _encoder.Dispose();

    private static void TakeMeanAway(Span<float> row)
    {
        var sum = 0.0;
        foreach (var value in row)
        {
            sum += value;
        }

        foreach (ref var value in row)
        {
            value = (float)(value - (sum / row.Length));
        }
    }

    private static double SquaredNorm(ReadOnlySpan<float> row)
    {
        var sum = 0.0;
        foreach (var value in row)
        {
            sum += (double)value * value;
        }

        return sum;
    }
}
