using System.Text.Json;
using System.Text.Json.Nodes;

namespace AeServerless.Engine.Recipes;

/// <summary>Writes recipes in their canonical form.</summary>
internal static class RecipeWriter
{
    public static byte[] Write(Recipe recipe, bool resultOnly)
    {
        var node = new JsonObject
        {
            ["schema"] = Recipe.Schema,
            ["layers"] = Layers(recipe.Layers),
            ["autoencoders"] = List(recipe.Autoencoders.OrderBy(a => a.Name, StringComparer.Ordinal), Autoencoder),
            ["derivedScalars"] = List(recipe.DerivedScalars.OrderBy(s => s.Name, StringComparer.Ordinal), DerivedScalar),
            ["statistics"] = new JsonObject
            {
                ["topExamples"] = recipe.Statistics.TopExamples,
                ["randomExamples"] = recipe.Statistics.RandomExamples,
                ["quantileBands"] = recipe.Statistics.QuantileBands,
                ["quantileExamples"] = recipe.Statistics.QuantileExamples,
                ["seed"] = recipe.Statistics.Seed,
                ["histogramBins"] = recipe.Statistics.HistogramBins,
                ["histogramMinExponent"] = recipe.Statistics.HistogramMinExponent,
                ["histogramMaxExponent"] = recipe.Statistics.HistogramMaxExponent,
            },
            ["outputs"] = List(
                RecipeNames.Outputs.Where(
                    pair => recipe.Outputs.HasFlag(pair.Value)).Select(pair => pair.Key).Order(StringComparer.Ordinal),
                name => JsonValue.Create(name)),
            ["referenceCompatible"] = recipe.ReferenceCompatible,
        };
        AddExclusion(node, recipe.Exclude);
        if (recipe.ModelDtype != ModelDtype.Float32)
        {
            // Left out where it is the default, as exclusions are.
            node["modelDtype"] = RecipeNames.NameOf(recipe.ModelDtype);
        }

        if (!resultOnly)
        {
            node["name"] = recipe.Name;
            node["datasets"] = List(recipe.Datasets.Distinct().Order(StringComparer.Ordinal), pattern => JsonValue.Create(pattern));
            node["chunkTokens"] = recipe.ChunkTokens;
            if (recipe.Exports.Count > 0)
            {
                // Recipes without exports keep the bytes, and runs their ids, that they had before there were any.
                node["exports"] = List(recipe.Exports.Order(StringComparer.Ordinal), name => JsonValue.Create(name));
            }
        }

        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            WriteSorted(writer, node);
        }

        return stream.ToArray();
    }

    private static JsonNode Layers(IReadOnlyList<int>? layers) => layers is null ? JsonValue.Create("all") : Numbers(layers)!;

    private static JsonArray? Numbers(IReadOnlyList<int>? numbers) =>
        numbers is null ? null : List(numbers.Distinct().Order(), number => JsonValue.Create(number));

    private static JsonArray List<T>(IEnumerable<T> items, Func<T, JsonNode?> toNode) => [.. items.Select(toNode)];

    private static JsonObject Autoencoder(AutoencoderReference autoencoder)
    {
        var fields = new JsonObject
        {
            ["name"] = autoencoder.Name,
            ["format"] = autoencoder.Format,
            ["path"] = autoencoder.Path,
            // Unlike "all", null is "as the recipe says".
            ["layers"] = Numbers(autoencoder.Layers),
        };

        // What is left to the files is left out.
        if (autoencoder.Input is { } input)
        {
            fields["input"] = RecipeNames.NameOf(input);
            fields["nodeType"] = RecipeNames.NameOf(autoencoder.NodeType);
        }

        if (autoencoder.Output is { } output)
        {
            fields["output"] = RecipeNames.NameOf(output);
        }

        if (autoencoder.K is { } k)
        {
            fields["k"] = k;
        }

        return fields;
    }

    private static JsonObject DerivedScalar(DerivedScalarRequest request)
    {
        var node = new JsonObject
        {
            ["type"] = request.Type,
            ["name"] = request.Name,
            ["autoencoder"] = request.Autoencoder,
            ["layers"] = Numbers(request.Layers),
            ["trace"] = request.Trace is null ? null : Trace(request.Trace),
            ["latents"] = Numbers(request.Latents),
            ["tokens"] = Numbers(request.Tokens),
        };
        AddExclusion(node, request.Exclude);
        return node;
    }

    // Left out where there is none: recipes that were written before exclusions keep their bytes, and their chunks their keys.
    private static void AddExclusion(JsonObject node, TokenExclusion? exclusion)
    {
        if (exclusion is not null)
        {
            node["exclude"] = new JsonObject
            {
                ["positions"] = Numbers(exclusion.Positions),
                ["tokenIds"] = Numbers(exclusion.TokenIds),
                ["normAbove"] = exclusion.NormAbove,
            };
        }
    }

    private static JsonObject Trace(TraceConfiguration trace)
    {
        var fields = TraceFields(trace);
        if (trace.Autoencoder is { } autoencoder)
        {
            fields["autoencoder"] = autoencoder;
        }

        return fields;
    }

    private static JsonObject TraceFields(TraceConfiguration trace) => new()
    {
        ["nodeType"] = RecipeNames.NameOf(trace.NodeType),
        ["layer"] = trace.Layer,
        ["tensorIndices"] = List(trace.TensorIndices, index => index is { } number ? JsonValue.Create(number) : null),
        ["preOrPostAct"] = RecipeNames.NameIn(RecipeNames.PrePost, trace.PreOrPostAct),
        ["attentionTraceType"] = trace.AttentionTraceType is { } type ? RecipeNames.NameIn(RecipeNames.AttentionTraces, type) : null,
        ["detachLayerNormScale"] = trace.DetachLayerNormScale,
        ["downstream"] = trace.Downstream is null ? null : Trace(trace.Downstream),
    };

    private static void WriteSorted(Utf8JsonWriter writer, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject fields:
                writer.WriteStartObject();
                foreach (var (name, value) in fields.OrderBy(field => field.Key, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(name);
                    WriteSorted(writer, value);
                }

                writer.WriteEndObject();
                break;
            case JsonArray items:
                writer.WriteStartArray();
                foreach (var item in items)
                {
                    WriteSorted(writer, item);
                }

                writer.WriteEndArray();
                break;
            case null:
                writer.WriteNullValue();
                break;
            default:
                node.WriteTo(writer);
                break;
        }
    }
}
