using AeServerless.Engine.Autoencoders;

namespace AeServerless.Engine.Recipes;

/// <summary>An autoencoder, or one a layer, that a recipe uses.</summary>
public sealed record AutoencoderReference
{
    /// <summary>What stands for the layer's number in <see cref="Path"/>.</summary>
    public const string LayerPlaceholder = "{layer}";

    /// <summary>The formats that a recipe can name. <c>auto</c>, the default, recognises the format from the files.</summary>
    public static IReadOnlyList<string> KnownFormats { get; } =
    [
        "auto", "ae-serverless", "crosscoder", "temporal", "saelens", "sparsify", "llama-scope", "llama-scope-r1-distill", "llamascopium",
        "gemma-scope-2", "dictionary_learning", "hook-z-kk", "gemma-scope", "circuit-tracer", "own", "openai", "goodfire", "linear-pt",
        "qwen-scope",
    ];

    /// <summary>Which activation it reads; <see langword="null"/> where its files say it.</summary>
    public AutoencoderInput? Input { get; init; }

    /// <summary>Which activation it reconstructs, where that is another: a transcoder's.</summary>
    public AutoencoderInput? Output { get; init; }

    /// <summary>The activation that it reconstructs.</summary>
    public AutoencoderInput? Target => Output ?? Input;

    /// <summary>What it explains, by the activations that it reads and reconstructs; known where these are.</summary>
    public AutoencoderNodeType ExplainedNode => Output is not null && Output != Input
        ? AutoencoderNodeType.Transcoder
        : (Input ?? throw new InvalidOperationException($"The place of {Path} is not known yet.")).NodeType();

    /// <summary>The node type of its latents, by the activations that it reads and reconstructs; known where these are.</summary>
    public NodeType NodeType => ExplainedNode.OfLatents();

    /// <summary>
    /// What it is called: in results and by requests. The default is its node type's name; two of one node type must each be named.
    /// </summary>
    public string Name { get => field ?? RecipeNames.NameOf(NodeType); init; }

    /// <summary>The format of its files, of <see cref="KnownFormats"/>.</summary>
    public string Format { get; init; } = "auto";

    /// <summary>k of a TopK, where its files don't say it.</summary>
    public int? K { get; init; }

    /// <summary>
    /// The path of its file or folder, container first, with <see cref="LayerPlaceholder"/> where there is one a layer.
    /// </summary>
    public required string Path { get; init; }

    /// <summary>Layers in ascending order, or <see langword="null"/> for the recipe's.</summary>
    public IReadOnlyList<int>? Layers { get; init; }

    /// <summary>The path of one layer's file or folder. The stream before layer 0 has no layer: there it is <c>none</c>.</summary>
    public string PathOf(int layer) => Path.Replace(
        LayerPlaceholder, Input == AutoencoderInput.ResidPostEmb ? "none" : $"{layer}", StringComparison.Ordinal);
}
