using System.Text.Json;
using AeServerless.Engine;
using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Recipes;

namespace AeServerless.Cli.Golden;

/// <summary>Reads <c>expected.json</c>.</summary>
internal static class GoldenJson
{
    public static GoldenDescription Read(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var root = document.RootElement;
            return new GoldenDescription(
                [.. root.GetProperty("autoencoders").EnumerateObject().Select(Autoencoder)],
                root.TryGetProperty("activation_aliases", out var aliases)
                    ? aliases.EnumerateObject().ToDictionary(alias => alias.Name, alias => alias.Value.GetString()!)
                    : [],
                [.. root.GetProperty("outputs").EnumerateObject().Select(Entry)]);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidInputException(path, $"it is not a description of golden outputs: {e.Message}");
        }
    }

    private static GoldenAutoencoder Autoencoder(JsonProperty property)
    {
        var input = property.Value.GetProperty("input_dst").GetString()!;
        return new GoldenAutoencoder(
            property.Name,
            input switch
            {
                "mlp_post_act" => AutoencoderInput.MlpPostAct,
                "resid_delta_mlp" => AutoencoderInput.ResidDeltaMlp,
                "resid_delta_attn" => AutoencoderInput.ResidDeltaAttn,
                _ => throw new FormatException($"autoencoder {property.Name} has the unknown input {input}"),
            },
            [.. property.Value.GetProperty("layers").EnumerateArray().Select(layer => layer.GetInt32())]);
    }

    private static GoldenEntry Entry(JsonProperty property)
    {
        var value = property.Value;
        var configuration = value.TryGetProperty("dst_config", out var config)
            && config.ValueKind == JsonValueKind.Object ? config : default;
        return new GoldenEntry
        {
            Key = property.Name,
            Shape = [.. value.GetProperty("shape").EnumerateArray().Select(dimension => dimension.GetInt32())],
            Layer = value.GetProperty("layer_index").GetInt32(),
            Scalar = Text(value, "dst"),
            Helper = Text(value, "helper"),
            Input = Text(value, "input"),
            Latent = Number(value, "latent_index"),
            Autoencoder = Text(value, "autoencoder"),
            AliasOf = Text(value, "alias_of"),
            Zeros = value.TryGetProperty("zeros", out var zeros) && zeros.GetBoolean(),
            Layers = configuration.ValueKind == JsonValueKind.Object && Present(configuration, "layer_indices") is { } layers
                ? [.. layers.EnumerateArray().Select(layer => layer.GetInt32())]
                : null,
            Trace = configuration.ValueKind == JsonValueKind.Object
                && Present(configuration, "trace_config") is { } trace ? Trace(trace) : null,
            BackwardSuffix = Text(value, "backward_suffix") ?? "",
        };
    }

    private static TraceConfiguration Trace(JsonElement trace) => new(
        Text(trace, "node_type") switch
        {
            "mlp_neuron" => NodeType.MlpNeuron,
            "attention_head" => NodeType.AttentionHead,
            "autoencoder_latent" => NodeType.AutoencoderLatent,
            "mlp_autoencoder_latent" => NodeType.MlpAutoencoderLatent,
            "attention_autoencoder_latent" => NodeType.AttentionAutoencoderLatent,
            var other => throw new FormatException($"a trace has the unknown node type {other}"),
        },
        trace.GetProperty("layer_index").GetInt32(),
        [.. trace.GetProperty("tensor_indices").EnumerateArray().Select(
            index => index.ValueKind == JsonValueKind.Null ? (int?)null : index.GetInt32())],
        Text(trace, "pre_or_post_act") == "pre" ? PreOrPostAct.Pre : PreOrPostAct.Post,
        Text(trace, "attention_trace_type") is { } type ? Enum.Parse<AttentionTraceType>(type) : null,
        !trace.TryGetProperty("detach_layer_norm_scale", out var detach) || detach.GetBoolean(),
        Present(trace, "downstream_trace_config") is { } downstream ? Trace(downstream) : null);

    private static JsonElement? Present(JsonElement value, string name) =>
        value.TryGetProperty(name, out var element) && element.ValueKind != JsonValueKind.Null ? element : null;

    private static string? Text(JsonElement value, string name) => Present(value, name)?.GetString();

    private static int? Number(JsonElement value, string name) => Present(value, name)?.GetInt32();
}
