using System.Globalization;
using System.Text.Json;
using AeServerless.Engine;
using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Graph;
using AeServerless.Engine.IO;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Tensors;

namespace AeServerless.Cli.Golden.Places;

/// <summary>The autoencoders of one place, and every tensor expected of them.</summary>
internal sealed class GoldenPlace(PlacesWorld world, string place)
{
    private const string LatentGradient = "latent_grad";
    private const string WriteDirection = "write_direction";
    private const string PostNormScale = "post_norm_scale";

    // Which rows of others they are.
    private static readonly string[] Indices = ["latent_grad_pairs", "write_tokens"];

    // Golden names of what the product calls otherwise.
    private static readonly Dictionary<string, string> Scalars = new(StringComparer.Ordinal) { ["latents"] = ShortScalars.Latent };

    private string Run => $"{world.Name}/{place}";

    /// <summary>Evaluates every key.</summary>
    public async Task<IReadOnlyList<GoldenKey>> CheckAsync(CancellationToken cancellationToken)
    {
        using var description = JsonDocument.Parse(
            await File.ReadAllBytesAsync(Path.Combine(world.Folder, place, "expected.json"), cancellationToken));
        using var source = new FileByteSource(Path.Combine(world.Folder, place, "expected.safetensors"));
        var expected = await SafetensorsFile.OpenAsync(source, cancellationToken);
        var root = description.RootElement;
        var reference = PlacesWorld.Reference(place, Place(root, "input"), Place(root, "output"), Layers(root));
        if (RecipeNames.NameOf(reference.NodeType) != root.GetProperty("node_type").GetString())
        {
            return [TensorComparison.Fail(Run, "node_type", $"it is {RecipeNames.NameOf(reference.NodeType)}")];
        }

        var names = expected.Tensors.Keys.Select(key => key[..key.IndexOf('/')]).Distinct().Except(Indices).ToList();
        var latents = root.GetProperty("d_sae").GetInt32();
        try
        {
            var (results, weights) = await world.ComputeAsync(
                [reference], [.. names.Select(name => Request(name, latents)).OfType<DerivedScalarRequest>()], world.Lengths.Count,
                cancellationToken);
            using (weights)
            {
                var keys = new List<GoldenKey>();
                foreach (var key in expected.Tensors.Keys
                    .Where(key => !Indices.Contains(key[..key.IndexOf('/')]))
                    .Order(StringComparer.Ordinal))
                {
                    var values = await ValuesAsync(key, reference, results, weights, expected, cancellationToken);
                    var right = await expected.ReadFloatsAsync(key, cancellationToken);
                    keys.Add(TensorComparison.Compare(Run, key, values, right));
                }

                keys.AddRange(await RefusalsAsync(names, reference, cancellationToken));
                return keys;
            }
        }
        catch (InvalidInputException e)
        {
            return [TensorComparison.Fail(Run, "plan", e.Message)];
        }
    }

    private static AutoencoderInput Place(JsonElement root, string field) =>
        Enum.GetValues<AutoencoderInput>().First(input => input.Location() == root.GetProperty(field).GetString());

    private static IReadOnlyList<int>? Layers(JsonElement root) => root.GetProperty("layers").EnumerateArray().ToList() is var layers
        && layers[0].ValueKind == JsonValueKind.Number ? [.. layers.Select(layer => layer.GetInt32())] : null;

    private static int LayerOf(string key) =>
        int.TryParse(key[(key.IndexOf('/') + 1)..], CultureInfo.InvariantCulture, out var layer) ? layer : 0;

    private static string ScalarOf(string name) => Scalars.GetValueOrDefault(name, name);

    private DerivedScalarRequest? Request(string name, int latents)
    {
        var scalar = ScalarOf(name);
        if (!ShortScalars.All.Contains(scalar))
        {
            // Directions come with whatever is computed of them.
            return null;
        }

        var isSelected = scalar is ShortScalars.Write or ShortScalars.LatentGradWrtInput;
        return new DerivedScalarRequest
        {
            Type = scalar,
            Name = name,
            Autoencoder = place,
            Latents = isSelected ? [.. Enumerable.Range(0, latents)] : null,
        };
    }

    private async Task<float[]> ValuesAsync(
        string key, AutoencoderReference reference, PlacesCollector results, PlanWeights weights, SafetensorsFile expected,
        CancellationToken cancellationToken)
    {
        var (name, layer) = (key[..key.IndexOf('/')], LayerOf(key));
        var suffix = key[key.IndexOf('/')..];
        var shape = expected.GetTensor(key).Shape;
        switch (name)
        {
            case WriteDirection:
                var directions = weights.WriteDirections(new AutoencoderKey(place, layer));
                return directions.Rows(0, directions.Latents);
            case PostNormScale:
                return await ScalesAsync(reference, layer, cancellationToken);
            case LatentGradient:
                return await GradientsAsync(reference, layer, weights, cancellationToken);
            case ShortScalars.Write:
                var tokens = await expected.ReadInt64Async("write_tokens" + suffix, cancellationToken);
                return [.. tokens.SelectMany(token => Enumerable.Range(0, (int)shape[1])
                    .SelectMany(latent => results.Vector(name, layer, (int)token, latent, (int)shape[2])))];
            case ShortScalars.LatentGradWrtInput:
                var pairs = await expected.ReadInt64Async("latent_grad_pairs" + suffix, cancellationToken);
                return [.. pairs.Chunk(2).SelectMany(pair => results.Vector(name, layer, (int)pair[0], (int)pair[1], (int)shape[1]))];
            default:
                return results.Values(name, layer) ?? [];
        }
    }

    /// <summary>The gradient of every latent: that of what is reconstructed, along its row of the decoder.</summary>
    private async Task<float[]> GradientsAsync(
        AutoencoderReference reference, int layer, PlanWeights weights, CancellationToken cancellationToken)
    {
        int? recorded = reference.Target == AutoencoderInput.ResidPostEmb ? null : layer;
        var gradient = await world.Activations.ReadFloatsAsync(
            TensorNames.Format(reference.Target!.Value.Location(), PassType.Backward, recorded), cancellationToken);
        var decoder = weights.Decoder(new AutoencoderKey(place, layer));
        var values = new List<float>();
        var rows = decoder.Rows(0, decoder.Latents);
        foreach (var row in gradient.Chunk(decoder.Width))
        {
            for (var latent = 0; latent < decoder.Latents; latent++)
            {
                values.Add((float)row.Select((value, i) => (double)value * rows[(latent * decoder.Width) + i]).Sum());
            }
        }

        return [.. values];
    }

    private async Task<float[]> ScalesAsync(AutoencoderReference reference, int layer, CancellationToken cancellationToken)
    {
        var location = reference.Target == AutoencoderInput.AttnVOut ? ActivationLocation.AttnOutPreNorm : ActivationLocation.MlpOutPreNorm;
        var output = await world.Activations.ReadFloatsAsync(TensorNames.Format(location, PassType.Forward, layer), cancellationToken);
        return [.. output.Chunk(world.Dimensions.ModelWidth).Select(row =>
            (float)(1 / Math.Sqrt(row.Select(value => (double)value * value).Average() + world.Dimensions.LayerNormEpsilon)))];
    }

    /// <summary>Scalars that the place does not have are refused, with the reason.</summary>
    private async Task<IReadOnlyList<GoldenKey>> RefusalsAsync(
        IReadOnlyList<string> names, AutoencoderReference reference, CancellationToken cancellationToken)
    {
        var keys = new List<GoldenKey>();
        foreach (var scalar in (string[])[ShortScalars.WriteNorm, ShortScalars.WriteToFinalResidualGrad, ShortScalars.ErrorWriteNorm])
        {
            if (names.Contains(scalar))
            {
                continue;
            }

            try
            {
                var (_, weights) = await world.ComputeAsync([reference], [Request(scalar, 0)!], world.Lengths.Count, cancellationToken);
                weights.Dispose();
                keys.Add(TensorComparison.Fail(Run, scalar, "it was computed; the place has none"));
            }
            catch (InvalidInputException e)
            {
                keys.Add(e.Message.Contains("no write", StringComparison.Ordinal)
                    ? new GoldenKey(Run, scalar, 0, null)
                    : TensorComparison.Fail(Run, scalar, $"it was refused for another reason: {e.Message}"));
            }
        }

        return keys;
    }
}
