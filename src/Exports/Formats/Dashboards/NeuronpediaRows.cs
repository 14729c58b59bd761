using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AeServerless.Exports.Formats.Profiled;
using AeServerless.Exports.Sessions;

namespace AeServerless.Exports.Formats.Dashboards;

/// <summary>
/// Rows of Neuronpedia's tables of features and activations. Every row has the same keys: the importer takes them from the first.
/// </summary>
internal sealed class NeuronpediaRows(ExportSession session, string source, string hook)
{
    private const int IdHexDigits = 24;

    public void WriteFeature(Utf8JsonWriter json, Feature feature)
    {
        json.WriteStartObject();
        json.WriteString("modelId", session.Options.Model);
        json.WriteString("layer", source);
        json.WriteNumber("index", feature.Index);
        json.WriteString("creatorId", session.Options.Dashboard.CreatorId);
        json.WriteString("createdAt", session.Options.Dashboard.CreatedAt);
        json.WriteNumber("maxActApprox", feature.MaxActivation);
        json.WriteBoolean("hasVector", false);
        json.WriteNumbers("vector", Array.Empty<double>());
        json.WriteNull("vectorLabel");
        json.WriteNumber("vectorDefaultSteerStrength", feature.MaxActivation);
        json.WriteString("hookName", hook);
        json.WriteNumbers("topkCosSimIndices", Array.Empty<double>());
        json.WriteNumbers("topkCosSimValues", Array.Empty<double>());
        FeatureJson.WriteFigures(json, feature);
        json.WriteNumbers("decoder_weights_dist", Array.Empty<double>());
        json.WriteNull("sourceSetName");
        json.WriteEndObject();
    }

    public void WriteActivation(Utf8JsonWriter json, Feature feature, FeatureExample example, int number)
    {
        var max = example.Values.DefaultIfEmpty(0).Max();
        json.WriteStartObject();
        json.WriteString("id", Id(feature.Index, number));
        json.WriteTexts("tokens", example.Tokens);
        json.WriteNumber("index", feature.Index);
        json.WriteString("layer", source);
        json.WriteString("modelId", session.Options.Model);
        json.WriteNumber("maxValue", max);
        json.WriteNumber("maxValueTokenIndex", Math.Max(0, Array.IndexOf(example.Values, max)));
        json.WriteNumber("minValue", example.Values.DefaultIfEmpty(0).Min());
        json.WriteNumbers("values", example.Values);
        json.WriteString("creatorId", session.Options.Dashboard.CreatorId);
        json.WriteNull("dataSource");
        json.WriteNull("dataIndex");
        json.WriteNumbers("dfaValues", Array.Empty<double>());
        json.WriteNumber("dfaTargetIndex", -1);
        json.WriteNumber("dfaMaxValue", 0);
        json.WriteString("createdAt", session.Options.Dashboard.CreatedAt);
        json.WriteNumbers("lossValues", Array.Empty<double>());
        json.WriteNull("logitContributions");
        json.WriteNumber("binMin", example.BinMin);
        json.WriteNumber("binMax", example.BinMax);
        json.WriteNumber("binContains", example.BinContains);
        json.WriteNumber("qualifyingTokenIndex", example.Qualifying);
        json.WriteNull("zIndices");
        json.WriteNull("zValues");
        json.WriteEndObject();
    }

    // The same row has the same id whenever it is made.
    private string Id(int index, int number) =>
        "c" + Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes($"{session.Options.Model}\n{source}\n{index}\n{number}")))[..IdHexDigits];
}
