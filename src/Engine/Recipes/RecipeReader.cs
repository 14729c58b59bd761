using System.Text.Json;
using AeServerless.Engine.Json;
using AeServerless.Engine.Statistics;

namespace AeServerless.Engine.Recipes;

/// <summary>Reads recipes strictly.</summary>
internal static class RecipeReader
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    public static Recipe Read(ReadOnlySpan<byte> json, string subject)
    {
        if (json.Length > Recipe.MaxBytes)
        {
            throw new InvalidInputException(subject, $"a recipe of {json.Length} bytes; the most is {Recipe.MaxBytes}");
        }

        try
        {
            using var document = JsonDocument.Parse(json.ToArray(), Options);
            var recipe = ReadRecipe(JsonField.OfRecipe(document.RootElement, subject));

            // What runs read is the form with defaults filled in: the same limit holds for it, and is told where the recipe is first seen.
            var normalised = recipe.ToNormalisedJson().Length;
            return normalised <= Recipe.MaxBytes ? recipe : throw new InvalidInputException(
                subject, $"a recipe of {json.Length} bytes, {normalised} with its defaults filled in; the most is {Recipe.MaxBytes}");
        }
        catch (JsonException error)
        {
            throw InvalidInputException.NotJson(subject, error);
        }
        catch (InvalidOperationException)
        {
            // What JsonElement throws for text with bytes that are not UTF-8 or with half a surrogate pair.
            throw new InvalidInputException(subject, "has text that is not valid Unicode");
        }
    }

    private static Recipe ReadRecipe(JsonField root)
    {
        var fields = root.Object(
            "schema", "name", "datasets", "layers", "autoencoders", "derivedScalars", "statistics", "outputs", "exports", "chunkTokens",
            "modelDtype", "referenceCompatible", "exclude");
        if (fields.Optional("schema") is { } schema && schema.Text() != Recipe.Schema)
        {
            throw schema.Error($"must be \"{Recipe.Schema}\", not {schema.Shown()}");
        }

        var outputs = fields.Optional("outputs") is { } kept ? ReadOutputs(kept) : RecipeOutputs.Statistics;
        var autoencoders = fields.Optional("autoencoders")?.Array("a list of autoencoders").Select(AutoencoderReader.Read).ToList() ?? [];
        return new Recipe
        {
            Name = fields.Optional("name")?.Text(),
            Datasets = fields.Optional("datasets")?.Array("a list of patterns").Select(RecipeValues.DatasetPattern).ToList() ?? [],
            Layers = RecipeValues.Layers(fields.Optional("layers")),
            Autoencoders = AutoencoderReader.Distinct(autoencoders),
            DerivedScalars = DerivedScalarReader.ReadAll(fields.Required("derivedScalars"), [.. autoencoders.Select(a => a.Value.Name)]),
            Statistics = fields.Optional("statistics") is { } statistics ? ReadStatistics(statistics) : new StatisticsOptions(),
            Outputs = outputs,
            Exports = fields.Optional("exports") is { } exports ? ReadExports(exports, outputs) : [],
            ChunkTokens = fields.Optional("chunkTokens")?.Integer(Recipe.MinChunkTokens, Recipe.MaxChunkTokens),
            ModelDtype = fields.Optional("modelDtype")?.OneOf(RecipeNames.ModelDtypes) ?? ModelDtype.Float32,
            ReferenceCompatible = fields.Optional("referenceCompatible")?.Flag() ?? false,
            Exclude = fields.Optional("exclude") is { } exclude ? ExclusionReader.Read(exclude) : null,
        };
    }

    private static StatisticsOptions ReadStatistics(JsonField field)
    {
        var fields = field.Object(
            "topExamples", "randomExamples", "quantileBands", "quantileExamples", "seed",
            "histogramBins", "histogramMinExponent", "histogramMaxExponent");
        var defaults = new StatisticsOptions();
        var minimum = fields.Optional("histogramMinExponent")
            ?.Integer(StatisticsOptions.LowestExponent, StatisticsOptions.HighestExponent) ?? defaults.HistogramMinExponent;
        var maximum = fields.Optional("histogramMaxExponent")
            ?.Integer(StatisticsOptions.LowestExponent, StatisticsOptions.HighestExponent) ?? defaults.HistogramMaxExponent;
        return new StatisticsOptions
        {
            TopExamples = fields.Optional("topExamples")?.Integer(0, StatisticsOptions.MaxTopExamples) ?? defaults.TopExamples,
            RandomExamples = fields.Optional("randomExamples")?.Integer(0, StatisticsOptions.MaxRandomExamples) ?? defaults.RandomExamples,
            QuantileBands = fields.Optional("quantileBands")?.Integer(1, StatisticsOptions.MaxQuantileBands) ?? defaults.QuantileBands,
            QuantileExamples = fields.Optional("quantileExamples")
                ?.Integer(0, StatisticsOptions.MaxQuantileExamples) ?? defaults.QuantileExamples,
            Seed = fields.Optional("seed")?.Integer(int.MinValue, int.MaxValue) ?? defaults.Seed,
            HistogramBins = fields.Optional("histogramBins")
                ?.Integer(StatisticsOptions.MinHistogramBins, StatisticsOptions.MaxHistogramBins) ?? defaults.HistogramBins,
            HistogramMinExponent = minimum,
            HistogramMaxExponent = maximum > minimum
                ? maximum
                : throw field.Error($"histogramMaxExponent must be above histogramMinExponent, but {maximum} is not above {minimum}"),
        };
    }

    private static IReadOnlyList<string> ReadExports(JsonField field, RecipeOutputs outputs)
    {
        var names = new List<string>();
        foreach (var item in field.Array($"a list of {JsonField.ListNames(RecipeNames.Exports.Keys)}"))
        {
            var needed = item.OneOf(RecipeNames.Exports);
            if ((outputs & needed) != needed)
            {
                throw item.Error($"{item.Shown()} is made of the values at every token: \"outputs\" must have \"latents\"");
            }

            names.Add(names.Contains(item.Text()) ? throw item.Error($"a second {item.Shown()}; one is enough") : item.Text());
        }

        return names;
    }

    private static RecipeOutputs ReadOutputs(JsonField field) => field
        .Array($"a list of {JsonField.ListNames(RecipeNames.Outputs.Keys)}")
        .Aggregate(RecipeOutputs.None, (all, item) => all | item.OneOf(RecipeNames.Outputs));
}
