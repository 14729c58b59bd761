using System.Globalization;
using System.Text;
using System.Text.Json;
using AeServerless.Engine.Recipes;
using AeServerless.Functions.Blobs;
using AeServerless.Functions.Results;

namespace AeServerless.Functions.Runs;

/// <summary>What a run was asked to do and with which versions of its inputs: <c>request.json</c>.</summary>
public sealed record RunRequest
{
    private const string IdSchema = "ae-serverless/run/1";

    /// <summary>The dataset's name as it was asked for.</summary>
    public required string Dataset { get; init; }

    /// <summary>The recipe's name; empty where it came inline without one.</summary>
    public required string RecipeName { get; init; }

    /// <summary>The normalised recipe.</summary>
    public required JsonElement Recipe { get; init; }

    /// <summary>The most tokens of a chunk.</summary>
    public required int ChunkTokens { get; init; }

    /// <summary>The most chunks in flight at a time.</summary>
    public required int ChunksInFlight { get; init; }

    /// <summary>Every blob that the run may read, in the version that it had when the run was asked for.</summary>
    public required IReadOnlyList<InputBlob> Inputs { get; init; }

    /// <summary>
    /// The run's id: the same request for the same versions of everything has the same one. How many chunks are in flight and what the
    /// recipe is called don't count.
    /// </summary>
    public string Id() => RunIds.Prefix + ResultKey.Hash(
    [
        IdSchema,
        Versions.Results,
        Dataset,
        Recipe.GetRawText(),
        ChunkTokens.ToString(CultureInfo.InvariantCulture),
        .. Inputs.SelectMany(input => new[] { input.Path, input.ETag }),
    ])[..RunIds.Digits];

    /// <summary>Reads the recipe.</summary>
    public Recipe ReadRecipe() =>
        Engine.Recipes.Recipe.Parse(Encoding.UTF8.GetBytes(Recipe.GetRawText()), RecipeName.Length > 0 ? $"recipe {RecipeName}" : "recipe");
}
