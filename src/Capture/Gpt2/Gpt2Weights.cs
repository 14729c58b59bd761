using AeServerless.Engine;
using AeServerless.Engine.Tensors;
using AeServerless.Engine.Transformers;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace AeServerless.Capture.Gpt2;

/// <summary>Weights of a GPT-2, all of one float type. They need no gradients: gradients are those of activations.</summary>
public sealed class Gpt2Weights : IDisposable
{
    private readonly Dictionary<string, Tensor> _tensors;

    private Gpt2Weights(Gpt2Config config, Dictionary<string, Tensor> tensors)
    {
        _tensors = tensors;
        Layers = [.. Enumerable.Range(0, config.Layers).Select(
            layer => Gpt2LayerWeights.From(name => tensors[Gpt2WeightNames.InLayer(layer, name)]))];
    }

    /// <summary>Embedding of token ids, <c>[vocabulary, d_model]</c>.</summary>
    public Tensor TokenEmbedding => _tensors["wte.weight"];

    /// <summary>Embedding of positions, <c>[positions, d_model]</c>.</summary>
    public Tensor PositionEmbedding => _tensors["wpe.weight"];

    /// <summary>The transformer blocks.</summary>
    public IReadOnlyList<Gpt2LayerWeights> Layers { get; }

    /// <summary>Layer norm before the logits, <c>[d_model]</c>.</summary>
    public Tensor FinalNormWeight => _tensors["ln_f.weight"];

    /// <summary>Layer norm before the logits, <c>[d_model]</c>.</summary>
    public Tensor FinalNormBias => _tensors["ln_f.bias"];

    /// <summary>Directions of the logits, <c>[vocabulary, d_model]</c>; the token embedding where they are tied.</summary>
    public Tensor Unembedding => _tensors.GetValueOrDefault(Gpt2WeightNames.Unembedding) ?? TokenEmbedding;

    /// <summary>Weights that are infinite or not a number: how many in each tensor, by name; empty for a sound model.</summary>
    public IReadOnlyDictionary<string, int> NotFinite { get; private init; } = new Dictionary<string, int>();

    /// <summary>Makes weights from any source.</summary>
    /// <param name="config">The dimensions.</param>
    /// <param name="tensor">Gives a new tensor for each Hugging Face name (without the prefix <c>transformer.</c>) and shape.</param>
    public static Gpt2Weights Create(Gpt2Config config, Func<string, long[], Tensor> tensor)
    {
        var tensors = new Dictionary<string, Tensor>();
        foreach (var (name, shape) in Gpt2WeightNames.All(config))
        {
            tensors.Add(name, tensor(name, shape).DetachFromDisposeScope());
        }

        return new Gpt2Weights(config, tensors);
    }

    /// <summary>Loads weights with Hugging Face's names, with or without the prefix <c>transformer.</c>, in F32, F16 or BF16.</summary>
    /// <param name="file">The model's file.</param>
    /// <param name="config">The dimensions that its tensors must have.</param>
    /// <param name="cancellationToken">Cancels the loading.</param>
    /// <param name="dtype">The type to compute in.</param>
    /// <exception cref="InvalidInputException">
    /// A tensor is missing or of another shape: the message names it and the right shape.
    /// </exception>
    public static async Task<Gpt2Weights> LoadAsync(
        SafetensorsFile file, Gpt2Config config, CancellationToken cancellationToken, torch.ScalarType dtype = torch.ScalarType.Float32)
    {
        // Every fault is found before anything large is read.
        var entries = Gpt2WeightNames.All(config).ToDictionary(
            weight => weight.Name, weight => Gpt2WeightNames.Find(file, weight.Name, weight.Shape));
        var tensors = new Dictionary<string, Tensor>();
        var notFinite = new SortedDictionary<string, int>(StringComparer.Ordinal);
        try
        {
            foreach (var (name, entry) in entries)
            {
                var values = await file.ReadFloatsAsync(entry.Name, cancellationToken);
                if (values.Count(value => !float.IsFinite(value)) is > 0 and var count)
                {
                    notFinite.Add(name, count);
                }

                tensors.Add(name, torch.tensor(values, [.. entry.Shape], dtype: dtype).DetachFromDisposeScope());
            }

            return new Gpt2Weights(config, tensors) { NotFinite = notFinite };
        }
        catch
        {
            foreach (var tensor in tensors.Values)
            {
                tensor.Dispose();
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in _tensors.Values)
        {
            tensor.Dispose();
        }
    }
}
