using System.Collections.Frozen;
using AeServerless.Engine.Autoencoders;

namespace AeServerless.Engine.Recipes;

/// <summary>The names that recipes and results use for the engine's enumerations.</summary>
public static class RecipeNames
{
    internal static FrozenDictionary<string, NodeType> NodeTypes { get; } = new Dictionary<string, NodeType>
    {
        ["autoencoder_latent"] = NodeType.AutoencoderLatent,
        ["mlp_autoencoder_latent"] = NodeType.MlpAutoencoderLatent,
        ["attention_autoencoder_latent"] = NodeType.AttentionAutoencoderLatent,
        ["residual_autoencoder_latent"] = NodeType.ResidualAutoencoderLatent,
        ["mlp_input_autoencoder_latent"] = NodeType.MlpInputAutoencoderLatent,
        ["transcoder_latent"] = NodeType.TranscoderLatent,
        ["mlp_neuron"] = NodeType.MlpNeuron,
        ["attention_head"] = NodeType.AttentionHead,
    }.ToFrozenDictionary();

    internal static FrozenDictionary<string, AutoencoderInput> Inputs { get; } =
        Enum.GetValues<AutoencoderInput>().ToFrozenDictionary(input => input.Location().Replace('.', '_'));

    /// <summary>The same as datasets name them, such as <c>resid.post_mlp</c>.</summary>
    internal static FrozenDictionary<string, AutoencoderInput> Locations { get; } =
        Enum.GetValues<AutoencoderInput>().ToFrozenDictionary(input => input.Location());

    internal static FrozenDictionary<string, PreOrPostAct> PrePost { get; } = new Dictionary<string, PreOrPostAct>
    {
        ["pre"] = PreOrPostAct.Pre,
        ["post"] = PreOrPostAct.Post,
    }.ToFrozenDictionary();

    internal static FrozenDictionary<string, ModelDtype> ModelDtypes { get; } = new Dictionary<string, ModelDtype>
    {
        ["float32"] = ModelDtype.Float32,
        ["bfloat16"] = ModelDtype.BFloat16,
    }.ToFrozenDictionary();

    internal static FrozenDictionary<string, AttentionTraceType> AttentionTraces { get; } = new Dictionary<string, AttentionTraceType>
    {
        ["q"] = AttentionTraceType.Q,
        ["k"] = AttentionTraceType.K,
        ["qk"] = AttentionTraceType.QK,
        ["v"] = AttentionTraceType.V,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    internal static FrozenDictionary<string, RecipeOutputs> Outputs { get; } = new Dictionary<string, RecipeOutputs>
    {
        ["statistics"] = RecipeOutputs.Statistics,
        ["tokens"] = RecipeOutputs.Tokens,
        ["latents"] = RecipeOutputs.Latents,
    }.ToFrozenDictionary();

    /// <summary>Formats that results can be exported in, each with what a run must keep for it.</summary>
    internal static FrozenDictionary<string, RecipeOutputs> Exports { get; } = new Dictionary<string, RecipeOutputs>
    {
        ["parquet"] = RecipeOutputs.None,
        ["delphi"] = RecipeOutputs.Latents,
        ["neuronpedia"] = RecipeOutputs.Latents,
        ["saedashboard"] = RecipeOutputs.Latents,
        ["neuron-record"] = RecipeOutputs.Latents,
        ["sparsity"] = RecipeOutputs.Latents,
        ["csr"] = RecipeOutputs.Latents,
        ["circuit-tracer"] = RecipeOutputs.Latents,
    }.ToFrozenDictionary();

    /// <summary>The formats that a recipe's <c>exports</c> may name.</summary>
    public static IEnumerable<string> KnownExports => Exports.Keys.Order(StringComparer.Ordinal);

    /// <summary>The name of a node type, such as <c>mlp_autoencoder_latent</c>.</summary>
    public static string NameOf(NodeType nodeType) => NameIn(NodeTypes, nodeType);

    /// <summary>The name of an autoencoder's input, such as <c>mlp_post_act</c>.</summary>
    public static string NameOf(AutoencoderInput input) => NameIn(Inputs, input);

    /// <summary>The name of what a model computes in, such as <c>bfloat16</c>.</summary>
    public static string NameOf(ModelDtype dtype) => NameIn(ModelDtypes, dtype);

    internal static string NameIn<T>(FrozenDictionary<string, T> names, T value)
        where T : struct, Enum => names.First(pair => EqualityComparer<T>.Default.Equals(pair.Value, value)).Key;
}
