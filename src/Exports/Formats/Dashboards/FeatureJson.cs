using System.Text.Json;
using AeServerless.Exports.Formats.Profiled;

namespace AeServerless.Exports.Formats.Dashboards;

/// <summary>A feature as SAEDashboard writes it, and the fields that Neuronpedia's rows share with it.</summary>
internal static class FeatureJson
{
    public static void Write(Utf8JsonWriter json, Feature feature, ProfiledRange range)
    {
        json.WriteStartObject();
        json.WriteNumber("feature_index", feature.Index);
        WriteFigures(json, feature);
        json.WriteNumber("n_prompts_total", range.Sequences.Count);
        json.WriteNumber("n_tokens_in_prompt", range.Sequences.Longest);
        json.WriteString("dataset", range.Session.Run.Dataset);
        json.WriteNumbers("decoder_weights_dist", Array.Empty<double>());
        json.WriteStartArray("activations");
        foreach (var example in feature.Examples)
        {
            json.WriteStartObject();
            json.WriteNumber("bin_min", example.BinMin);
            json.WriteNumber("bin_max", example.BinMax);
            json.WriteNumber("bin_contains", example.BinContains);
            json.WriteTexts("tokens", example.Tokens);
            json.WriteNumbers("values", example.Values);
            json.WriteNumber("qualifying_token_index", example.Qualifying);
            json.WriteNumbers("dfa_values", Array.Empty<double>());
            json.WriteNumber("dfa_maxValue", 0);
            json.WriteNumber("dfa_targetIndex", -1);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumbers("vector", Array.Empty<double>());
        json.WriteEndObject();
    }

    /// <summary>The figures under the names that both tools have for them.</summary>
    public static void WriteFigures(Utf8JsonWriter json, Feature feature)
    {
        Write(json, "neuron_alignment", "values", feature.Alignment);
        Write(json, "correlated_neurons", "pearson", feature.CorrelatedNeurons);
        Write(json, "correlated_features", "pearson", feature.CorrelatedFeatures);
        json.WriteTexts("neg_str", feature.Negative.Select(token => token.Text));
        json.WriteNumbers("neg_values", feature.Negative.Select(token => token.Value));
        json.WriteTexts("pos_str", feature.Positive.Select(token => token.Text));
        json.WriteNumbers("pos_values", feature.Positive.Select(token => token.Value));
        json.WriteNumber("frac_nonzero", feature.FracNonzero);
        json.WriteNumbers("freq_hist_data_bar_values", feature.Frequencies.Centres);
        json.WriteNumbers("freq_hist_data_bar_heights", feature.Frequencies.Heights);
        json.WriteNumbers("logits_hist_data_bar_heights", feature.Logits.Heights);
        json.WriteNumbers("logits_hist_data_bar_values", feature.Logits.Centres);
    }

    private static void Write(Utf8JsonWriter json, string name, string first, Neighbours neighbours)
    {
        json.WriteNumbers($"{name}_indices", neighbours.Indices);
        json.WriteNumbers($"{name}_{first}", neighbours.First);
        json.WriteNumbers($"{name}_l1", neighbours.Second);
    }
}
