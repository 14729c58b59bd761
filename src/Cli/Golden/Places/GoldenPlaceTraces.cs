using System.Globalization;
using System.Text.Json;
using AeServerless.Engine;
using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.IO;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Tensors;

namespace AeServerless.Cli.Golden.Places;

/// <summary>Traces of latents of the first sequence: the gradients in front of them, and what other latents write along these.</summary>
internal sealed class GoldenPlaceTraces(PlacesWorld world)
{
    /// <summary>The folder that they are in.</summary>
    public const string Folder = "traces";

    private const string Gradient = "final_activation_residual_grad";

    private string Run => $"{world.Name}/{Folder}";

    /// <summary>Evaluates every key.</summary>
    public async Task<IReadOnlyList<GoldenKey>> CheckAsync(CancellationToken cancellationToken)
    {
        var folder = Path.Combine(world.Folder, Folder);
        using var description = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(folder, "expected.json"), cancellationToken));
        using var source = new FileByteSource(Path.Combine(folder, "expected.safetensors"));
        var expected = await SafetensorsFile.OpenAsync(source, cancellationToken);
        var keys = new List<GoldenKey>();
        foreach (var trace in description.RootElement.GetProperty("traces").EnumerateObject())
        {
            try
            {
                keys.AddRange(await CheckAsync(trace.Name, trace.Value, expected, cancellationToken));
            }
            catch (InvalidInputException e)
            {
                keys.Add(TensorComparison.Fail(Run, trace.Name, e.Message));
            }
        }

        return keys;
    }

    private async Task<IReadOnlyList<GoldenKey>> CheckAsync(
        string name, JsonElement description, SafetensorsFile expected, CancellationToken cancellationToken)
    {
        var traced = description.GetProperty("place").GetString()!;
        var kept = description.GetProperty("kept").EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.GetBoolean());
        var places = kept.Keys.Select(key => key[..key.IndexOf('/')]).Append(traced).Distinct().ToDictionary(
            place => place, place => Reference(place, kept.Keys.Append($"{traced}/{description.GetProperty("layer").GetInt32()}")));
        var trace = new TraceConfiguration(
            places[traced].NodeType,
            description.GetProperty("layer").GetInt32(),
            [description.GetProperty("token").GetInt32(), description.GetProperty("latent").GetInt32()],
            DetachLayerNormScale: description.GetProperty("layer_norm_scale_detached").GetBoolean(),
            Autoencoder: traced);
        var requests = places.Values.Select(reference => new DerivedScalarRequest
        {
            Type = ShortScalars.WriteToFinalActivationResidualGrad,
            Name = reference.Name,
            Autoencoder = reference.Name,
            Trace = trace,
        }).Append(new DerivedScalarRequest { Type = Gradient, Trace = trace });
        var (results, weights) = await world.ComputeAsync([.. places.Values], [.. requests], 1, cancellationToken);
        weights.Dispose();

        var prefix = $"trace.{name}/";
        var keys = new List<GoldenKey>
        {
            await CompareAsync(
                prefix + "residual_grad", results.Values(Gradient, trace.Layer), expected, cancellationToken),
        };
        foreach (var (place, isKept) in kept)
        {
            var (autoencoder, layer) = (place[..place.IndexOf('/')], LayerOf(place));
            var values = results.Values(autoencoder, layer) ?? [];
            var key = $"{prefix}write_to_final_residual_grad/{place}";
            keys.Add(isKept
                ? await CompareAsync(key, values, expected, cancellationToken)
                : values.AsSpan().ContainsAnyExcept(0f)
                    ? TensorComparison.Fail(Run, key, "it is not all zeros, but lies behind the trace")
                    : new GoldenKey(Run, key, 0, null));
        }

        return keys;
    }

    private static int LayerOf(string key) =>
        int.TryParse(key[(key.IndexOf('/') + 1)..], CultureInfo.InvariantCulture, out var layer) ? layer : 0;

    /// <summary>Other sequences have no part in a gradient: there it is zero.</summary>
    private async Task<GoldenKey> CompareAsync(string key, float[]? values, SafetensorsFile expected, CancellationToken cancellationToken)
    {
        var wanted = await expected.ReadFloatsAsync(key, cancellationToken);
        var all = new float[wanted.Length];
        values.AsSpan().CopyTo(all);
        return TensorComparison.Compare(Run, key, all, wanted);
    }

    private AutoencoderReference Reference(string place, IEnumerable<string> keys)
    {
        using var description = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(world.Folder, place, "expected.json")));
        AutoencoderInput Place(string field) =>
            Enum.GetValues<AutoencoderInput>().First(input => input.Location() == description.RootElement.GetProperty(field).GetString());
        var layers = keys.Where(key => key.StartsWith(place + "/", StringComparison.Ordinal)).Select(LayerOf).Distinct().Order();
        return PlacesWorld.Reference(place, Place("input"), Place("output"), [.. layers]);
    }
}
