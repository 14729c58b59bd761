using AeServerless.Engine;
using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Numerics;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace AeServerless.Models.Recording;

/// <summary>
/// An autoencoder in the forward pass of one layer. What it reads is seen as <c>decode(latents) + error</c>, each with a gradient of its
/// own: the error's is the gradient at its place, a latent's is that gradient along its decoder direction. The activation and every other
/// gradient stay what they are without the autoencoder, so that several don't disturb each other.
/// </summary>
public sealed class HookedAutoencoder : IDisposable
{
    private readonly Autoencoder _autoencoder;
    private readonly Tensor _preBias;
    private readonly Tensor _encoder;
    private readonly Tensor _latentBias;
    private readonly Tensor _decoder;

    /// <summary>Puts an autoencoder into a layer.</summary>
    /// <param name="autoencoder">Its weights.</param>
    /// <param name="input">What it reads.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="dtype">The type to compute in: the model's.</param>
    public HookedAutoencoder(Autoencoder autoencoder, AutoencoderInput input, int layer, torch.ScalarType dtype = torch.ScalarType.Float32)
    {
        ArgumentNullException.ThrowIfNull(autoencoder);
        _autoencoder = autoencoder;
        Input = input;
        Layer = layer;
        long[] matrix = [autoencoder.LatentCount, autoencoder.InputSize];
        _preBias = torch.tensor(autoencoder.PreBias, dtype: dtype).DetachFromDisposeScope();
        _encoder = Matrix(matrix, dtype, (first, rows) => autoencoder.Encoder.Rows(first, rows).ToArray());
        _latentBias = torch.tensor(autoencoder.LatentBias, dtype: dtype).DetachFromDisposeScope();
        _decoder = Matrix(matrix, dtype, autoencoder.Decoder.Rows);
    }

    /// <summary>What it reads and replaces.</summary>
    public AutoencoderInput Input { get; }

    /// <summary>The layer that it is in.</summary>
    public int Layer { get; }

    /// <summary>Whether it reads attention's output and not the MLP.</summary>
    public bool IsOnAttention => Input.NodeType() == AutoencoderNodeType.Attention;

    /// <summary>The location of its latents by its node type.</summary>
    public string LatentLocation => IsOnAttention
        ? ActivationLocation.OnlineAttentionAutoencoderLatent
        : ActivationLocation.OnlineMlpAutoencoderLatent;

    /// <summary>The location of its error by its input.</summary>
    public string ErrorLocation => Input switch
    {
        AutoencoderInput.MlpPostAct => ActivationLocation.OnlineMlpAutoencoderError,
        AutoencoderInput.ResidDeltaMlp => ActivationLocation.OnlineResidualMlpAutoencoderError,
        _ => ActivationLocation.OnlineResidualAttentionAutoencoderError,
    };

    /// <summary>Width of what it reads.</summary>
    public int InputSize => _autoencoder.InputSize;

    /// <summary>Number of its latents.</summary>
    public int LatentCount => _autoencoder.LatentCount;

    /// <summary>Where it comes from: said in errors.</summary>
    public string Name => _autoencoder.Name;

    /// <summary>Latents before the activation function. <c>[…, input]</c> → <c>[…, latents]</c>.</summary>
    public Tensor PreActivations(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.Minus(_preBias).matmul(_encoder.t()).Plus(_latentBias);
    }

    /// <summary>The activation function, on pre-activations of all latents. <c>[…, latents]</c>.</summary>
    public Tensor Activate(Tensor preActivations)
    {
        ArgumentNullException.ThrowIfNull(preActivations);
        switch (_autoencoder.Activation.Kind)
        {
            case ActivationKind.ReLU:
                return preActivations.relu();
            case ActivationKind.Identity:
                return preActivations;
            case ActivationKind.TopK:
                var (values, indices) = preActivations.topk(_autoencoder.Activation.K, dim: -1);
                return torch.zeros_like(preActivations).scatter(-1, indices, values.relu());
            default:
                throw new InvalidInputException(
                    Name, $"{_autoencoder.Activation} can't be put into the forward pass; ReLU, Identity and TopK can");
        }
    }

    /// <summary><c>latents · decoder + pre_bias</c>. <c>[…, latents]</c> → <c>[…, input]</c>.</summary>
    public Tensor Decode(Tensor latents)
    {
        ArgumentNullException.ThrowIfNull(latents);
        return latents.matmul(_decoder).Plus(_preBias);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in (Tensor[])[_preBias, _encoder, _latentBias, _decoder])
        {
            tensor.Dispose();
        }
    }

    /// <summary>A matrix that may be larger than an array can be, from rows that an encoder has beside each other.</summary>
    private static Tensor Matrix(long[] shape, torch.ScalarType dtype, Func<int, int, float[]> rowsOf)
    {
        var matrix = torch.empty(shape, dtype).DetachFromDisposeScope();
        using var gradients = torch.no_grad();
        for (var first = 0; first < shape[0]; first += EncoderRows.RowsTogether)
        {
            using var scope = torch.NewDisposeScope();
            var rows = (int)Math.Min(EncoderRows.RowsTogether, shape[0] - first);
            matrix.narrow(0, first, rows).copy_(torch.tensor(rowsOf(first, rows), [rows, shape[1]]));
        }

        return matrix;
    }
}
