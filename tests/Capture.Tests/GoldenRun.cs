using System.Globalization;
using System.Text.Json;
using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.IO;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Tensors;
using AeServerless.Models;
using AeServerless.Models.Recording;
using AeServerless.Models.Weights;
using AeServerless.TestSupport;

namespace AeServerless.Capture.Tests;

/// <summary>One run of the golden data: the model with its autoencoders in the forward pass, the tokens, and what the reference
/// recorded.</summary>
internal sealed class GoldenRun : IDisposable
{
    private readonly LanguageModel _weights;
    private readonly JsonDocument _expected;

    private GoldenRun(LanguageModel weights, HookedModel model, JsonDocument expected, SafetensorsFile activations, int[] tokens)
    {
        _weights = weights;
        _expected = expected;
        Model = model;
        Activations = activations;
        Tokens = tokens;
    }

    public HookedModel Model { get; }

    public SafetensorsFile Activations { get; }

    public int[] Tokens { get; }

    /// <summary>Every backward pass by its suffix; null is the loss.</summary>
    public IEnumerable<(string Suffix, TraceConfiguration? Trace, double Value)> BackwardPasses =>
        _expected.RootElement.GetProperty("backward_passes")
            .EnumerateObject()
            .Select(pass => pass.Value.GetProperty("kind").GetString() == "loss"
            ? ("", null, pass.Value.GetProperty("loss").GetDouble())
            : (
                pass.Name, (TraceConfiguration?)ReadTrace(
                    pass.Value.GetProperty("trace_config")), pass.Value.GetProperty("traced_value").GetDouble()));

    public static TheoryData<string, string> All()
    {
        var data = new TheoryData<string, string>();
        foreach (var set in (string[])["dev-1", "dev-2"])
        {
            foreach (var run in Directory.GetDirectories(Repository.Golden(set, "runs")).Order(StringComparer.Ordinal))
            {
                data.Add(set, Path.GetFileName(run));
            }
        }

        return data;
    }

    public static async Task<GoldenRun> OpenAsync(string set, string run, CancellationToken cancellationToken)
    {
        var expected =
            JsonDocument.Parse(await File.ReadAllBytesAsync(Repository.Golden(set, $"runs/{run}/expected.json"), cancellationToken));
        var weights = await LanguageModel.LoadAsync(new ModelFolder(Repository.Golden(set, "")), cancellationToken);
        var autoencoders = new List<HookedAutoencoder>();
        foreach (var entry in expected.RootElement.GetProperty("autoencoders").EnumerateObject())
        {
            var input = entry.Value.GetProperty("input_dst").GetString() switch
            {
                "mlp_post_act" => AutoencoderInput.MlpPostAct,
                "resid_delta_mlp" => AutoencoderInput.ResidDeltaMlp,
                _ => AutoencoderInput.ResidDeltaAttn,
            };
            foreach (var layer in entry.Value.GetProperty("layers").EnumerateArray().Select(layer => layer.GetInt32()))
            {
                var path = Repository.Golden(set, string.Create(CultureInfo.InvariantCulture, $"{entry.Name}/{layer}.safetensors"));
                autoencoders.Add(
                    new HookedAutoencoder(
                        await Autoencoder.LoadAsync(await OpenAsync(path, cancellationToken), cancellationToken), input, layer));
            }
        }

        var activations = await OpenAsync(Repository.Golden(set, $"runs/{run}/activations.safetensors"), cancellationToken);
        return new GoldenRun(
            weights, new HookedModel(weights, autoencoders), expected, activations, Array.ConvertAll(
                await activations.ReadInt64Async("tokens", cancellationToken), id => (int)id));
    }

    public void Dispose()
    {
        foreach (var autoencoder in Model.Autoencoders)
        {
            autoencoder.Dispose();
        }

        _weights.Dispose();
        _expected.Dispose();
    }

    private static async Task<SafetensorsFile> OpenAsync(string path, CancellationToken cancellationToken) =>
        await SafetensorsFile.OpenAsync(
            new MemoryByteSource(path, await File.ReadAllBytesAsync(path, cancellationToken)), cancellationToken);

    private static TraceConfiguration ReadTrace(JsonElement trace) => new(
        trace.GetProperty("node_type").GetString() switch
        {
            "mlp_neuron" => NodeType.MlpNeuron,
            "attention_head" => NodeType.AttentionHead,
            "autoencoder_latent" => NodeType.AutoencoderLatent,
            "mlp_autoencoder_latent" => NodeType.MlpAutoencoderLatent,
            "attention_autoencoder_latent" => NodeType.AttentionAutoencoderLatent,
            var other => throw new InvalidOperationException(other),
        },
        trace.GetProperty("layer_index").GetInt32(),
        [.. trace.GetProperty("tensor_indices").EnumerateArray().Select(index => (int?)index.GetInt32())],
        trace.GetProperty("pre_or_post_act").GetString() == "pre" ? PreOrPostAct.Pre : PreOrPostAct.Post,
        trace.GetProperty("attention_trace_type").GetString() is { } type ? Enum.Parse<AttentionTraceType>(type) : null,
        trace.GetProperty("detach_layer_norm_scale").GetBoolean(),
        trace.GetProperty("downstream_trace_config") is { ValueKind: JsonValueKind.Object } downstream ? ReadTrace(downstream) : null);
}
