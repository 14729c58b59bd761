using AeServerless.Engine.Autoencoders;

namespace AeServerless.Engine.Recipes;

/// <summary>An autoencoder, or one a layer, that a recipe uses.</summary>
public sealed record AutoencoderReference
{
    /// <summary>What stands for the layer's number in <see cref="Path"/>.</summary>
    public const string LayerPlaceholder = "{layer}";

    /// <summary>The formats that a recipe can name. <c>auto</c>, the default, recognises the format from the file.</summary>
    public static IReadOnlyList<string> KnownFormats { get; } = ["auto", "ae-serverless"];

    /// <summary>
    /// The node type of its latents: <see cref="NodeType.MlpAutoencoderLatent"/> or <see cref="NodeType.AttentionAutoencoderLatent"/>, by
    /// its input.
    /// </summary>
    public NodeType NodeType => NodeTypeOf(Input);

    /// <summary>Which activation it reads.</summary>
    public required AutoencoderInput Input { get; init; }

    /// <summary>
    /// What it is called: in results and by requests. The default is its node type's name; two of one node type must each be named.
    /// </summary>
    public string Name { get => field ?? RecipeNames.NameOf(NodeType); init; }

    /// <summary>The format of its file, of <see cref="KnownFormats"/>.</summary>
    public string Format { get; init; } = "auto";

    /// <summary>The file's path, container first, with <see cref="LayerPlaceholder"/> where there is one file a layer.</summary>
    public required string Path { get; init; }

    /// <summary>Layers in ascending order, or <see langword="null"/> for the recipe's.</summary>
    public IReadOnlyList<int>? Layers { get; init; }

    /// <summary>The path of one layer's file.</summary>
    public string PathOf(int layer) => Path.Replace(LayerPlaceholder, $"{layer}", StringComparison.Ordinal);

    /// <summary>The node type of the latents of an autoencoder on <paramref name="input"/>.</summary>
    public static NodeType NodeTypeOf(AutoencoderInput input) =>
        input == AutoencoderInput.ResidDeltaAttn ? NodeType.AttentionAutoencoderLatent : NodeType.MlpAutoencoderLatent;
}
