using System.IO.Enumeration;
using AeServerless.Engine.Statistics;

namespace AeServerless.Engine.Recipes;

/// <summary>What to compute of a dataset.</summary>
public sealed record Recipe
{
    /// <summary>The schema that a recipe's <c>schema</c> field names.</summary>
    public const string Schema = "ae-serverless/recipe/1";

    /// <summary>The largest recipe that is read, in bytes.</summary>
    public const int MaxBytes = 1 << 20;

    /// <summary>The fewest tokens a chunk can be asked to have.</summary>
    public const int MinChunkTokens = 1;

    /// <summary>The most tokens a chunk can be asked to have.</summary>
    public const int MaxChunkTokens = 1 << 24;

    /// <summary>What the recipe is called, for people; <see langword="null"/> where it has no name of its own.</summary>
    public string? Name { get; init; }

    /// <summary>
    /// Patterns of datasets whose upload runs this recipe: <c>*</c> stands for any characters, <c>?</c> for one. The default is none.
    /// </summary>
    public IReadOnlyList<string> Datasets { get; init; } = [];

    /// <summary>Layers in ascending order, or <see langword="null"/>, the default, for all.</summary>
    public IReadOnlyList<int>? Layers { get; init; }

    /// <summary>The autoencoders used, each with a name of its own.</summary>
    public IReadOnlyList<AutoencoderReference> Autoencoders { get; init; } = [];

    /// <summary>What is asked for: at least one, each with a name of its own.</summary>
    public required IReadOnlyList<DerivedScalarRequest> DerivedScalars { get; init; }

    /// <summary>What is kept for every latent.</summary>
    public StatisticsOptions Statistics { get; init; } = new();

    /// <summary>What is stored. The default is statistics.</summary>
    public RecipeOutputs Outputs { get; init; } = RecipeOutputs.Statistics;

    /// <summary>
    /// Formats of other tools, by name, that a run writes its results in too. The default is none.
    /// </summary>
    public IReadOnlyList<string> Exports { get; init; } = [];

    /// <summary>Tokens of a chunk, or <see langword="null"/>, the default, for the host's setting.</summary>
    public int? ChunkTokens { get; init; }

    /// <summary>Whether the reference implementation's odd behaviour is reproduced. The default is no.</summary>
    public bool ReferenceCompatible { get; init; }

    /// <summary>
    /// What the model computes in where it is run over a dataset of tokens. Recorded tensors are taken as they are.
    /// </summary>
    public ModelDtype ModelDtype { get; init; }

    /// <summary>
    /// Tokens kept out of statistics, but for scalars that say it themselves; <see langword="null"/>, the default, for none.
    /// </summary>
    public TokenExclusion? Exclude { get; init; }

    /// <summary>Reads a recipe.</summary>
    /// <param name="json">UTF-8 JSON.</param>
    /// <param name="subject">What to call the recipe in errors: its blob's name.</param>
    /// <exception cref="InvalidInputException">
    /// The recipe is not JSON or has an unknown field, a wrong type or a value out of range.
    /// </exception>
    public static Recipe Parse(ReadOnlySpan<byte> json, string subject) => RecipeReader.Read(json, subject);

    /// <summary>The autoencoder of that name, which the recipe has.</summary>
    public AutoencoderReference Autoencoder(string name) => Autoencoders.First(autoencoder => autoencoder.Name == name);

    /// <summary>Whether an upload of <paramref name="dataset"/> runs this recipe.</summary>
    public bool Matches(string dataset) =>
        Datasets.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, dataset, ignoreCase: false));

    /// <summary>
    /// The recipe in canonical bytes: defaults filled in, keys sorted, lists without an order of their own sorted. Equal meanings have
    /// equal bytes.
    /// </summary>
    public byte[] ToNormalisedJson() => RecipeWriter.Write(this, resultOnly: false);

    /// <summary>
    /// The part of <see cref="ToNormalisedJson"/> that a chunk's result depends on. It leaves out <c>name</c> and <c>datasets</c>, which
    /// only decide when a recipe runs, <c>exports</c>, which are made of merged results, and <c>chunkTokens</c>, whose effect is the row
    /// range that a chunk's key has beside the recipe.
    /// </summary>
    public byte[] ToResultJson() => RecipeWriter.Write(this, resultOnly: true);
}
