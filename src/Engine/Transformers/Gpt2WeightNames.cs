using System.Globalization;
using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Transformers;

/// <summary>Hugging Face's names and shapes of a GPT-2's tensors.</summary>
internal static class Gpt2WeightNames
{
    public const string Unembedding = "lm_head.weight";

    private const string Prefix = "transformer.";

    /// <summary>Every tensor of a model, without the prefix.</summary>
    public static IEnumerable<(string Name, long[] Shape)> All(Gpt2Config config)
    {
        long width = config.Width;
        yield return ("wte.weight", [config.Vocabulary, width]);
        yield return ("wpe.weight", [config.Positions, width]);
        for (var layer = 0; layer < config.Layers; layer++)
        {
            foreach (var (name, shape) in Layer(width, config.MlpWidth))
            {
                yield return (InLayer(layer, name), shape);
            }
        }

        yield return ("ln_f.weight", [width]);
        yield return ("ln_f.bias", [width]);
        if (!config.TiedEmbeddings)
        {
            yield return (Unembedding, [config.Vocabulary, width]);
        }
    }

    public static string InLayer(int layer, string name) => string.Create(CultureInfo.InvariantCulture, $"h.{layer}.{name}");

    /// <summary>The file's entry of a tensor, under its name with or without the prefix.</summary>
    public static TensorEntry Find(SafetensorsFile file, string name, long[] shape)
    {
        var entry = file.Tensors.GetValueOrDefault(name) ?? file.Tensors.GetValueOrDefault(Prefix + name) ?? file.GetTensor(name);
        if (!entry.Shape.SequenceEqual(shape))
        {
            throw TensorLayout.Error(
                file.Source.Name, entry.Name,
                $"has the shape {entry.ShapeText}; the model's configuration needs [{string.Join(", ", shape)}]");
        }

        return entry;
    }

    /// <summary>The tensors of one layer, by their names within it.</summary>
    public static IEnumerable<(string Name, long[] Shape)> Layer(long width, long mlp) =>
    [
        ("ln_1.weight", [width]), ("ln_1.bias", [width]),
        ("attn.c_attn.weight", [width, 3 * width]), ("attn.c_attn.bias", [3 * width]),
        ("attn.c_proj.weight", [width, width]), ("attn.c_proj.bias", [width]),
        ("ln_2.weight", [width]), ("ln_2.bias", [width]),
        ("mlp.c_fc.weight", [width, mlp]), ("mlp.c_fc.bias", [mlp]),
        ("mlp.c_proj.weight", [mlp, width]), ("mlp.c_proj.bias", [width]),
    ];
}
