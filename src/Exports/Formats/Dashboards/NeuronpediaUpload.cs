using System.Text.Json;
using AeServerless.Exports.Formats.Profiled;

namespace AeServerless.Exports.Formats.Dashboards;

/// <summary>The body of <c>POST /api/feature/upload-batch</c>.</summary>
internal static class NeuronpediaUpload
{
    public static void Write(Utf8JsonWriter json, string model, string source, IEnumerable<Feature> features)
    {
        json.WriteStartObject();
        json.WriteString("modelId", model);
        json.WriteString("source", source);
        json.WriteStartArray("features");
        foreach (var feature in features)
        {
            json.WriteStartObject();
            json.WriteNumber("index", feature.Index);
            json.WriteNumber("density", feature.FracNonzero);
            json.WriteStartArray("activations");
            foreach (var example in feature.Examples)
            {
                Write(json, example);
            }

            json.WriteEndArray();
            json.WriteStartArray("explanations");
            json.WriteEndArray();
            Write(json, "topLogits", feature.Positive);
            Write(json, "bottomLogits", feature.Negative);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, FeatureExample example)
    {
        json.WriteStartObject();
        json.WriteTexts("tokens", example.Tokens);
        json.WriteNumbers("values", example.Values);
        // The strongest examples are of no band: the server refuses -1.
        foreach (var (name, value) in ((string, double)[])
            [("quantileMax", example.BinMax), ("quantileMin", example.BinMin), ("quantileFraction", example.BinContains)])
        {
            if (example.BinMin < 0)
            {
                json.WriteNull(name);
            }
            else
            {
                json.WriteNumber(name, value);
            }
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, IEnumerable<(string Text, double Value)> logits)
    {
        json.WriteStartArray(name);
        foreach (var (text, value) in logits)
        {
            json.WriteStartObject();
            json.WriteString("token", text);
            json.WriteNumber("value", value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
