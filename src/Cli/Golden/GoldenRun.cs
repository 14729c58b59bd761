using AeServerless.Engine;
using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Computation;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Encoding;
using AeServerless.Engine.Encoding.Sparse;
using AeServerless.Engine.Graph;
using AeServerless.Engine.IO;
using AeServerless.Engine.Planning;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Runtime;
using AeServerless.Engine.Sources;
using AeServerless.Engine.Tensors;
using AeServerless.Engine.Transformers;

namespace AeServerless.Cli.Golden;

/// <summary>One run of golden data: a token sequence with its raw activations and every tensor expected of it.</summary>
internal sealed class GoldenRun(string root, string folder, EngineContext engine)
{
    private readonly GoldenDescription _description = GoldenJson.Read(Path.Combine(folder, "expected.json"));

    private string Name => Path.GetFileName(folder);

    /// <summary>Evaluates every key.</summary>
    public async Task<IReadOnlyList<GoldenKey>> CheckAsync(CancellationToken cancellationToken)
    {
        using var activationsSource = new FileByteSource(Path.Combine(folder, "activations.safetensors"));
        using var expectedSource = new FileByteSource(Path.Combine(folder, "expected.safetensors"));
        var activations = await SafetensorsFile.OpenAsync(activationsSource, cancellationToken);
        var expected = await SafetensorsFile.OpenAsync(expectedSource, cancellationToken);
        var dimensions = ReadDimensions();
        var keys = new List<GoldenKey>();

        // One plan computes all layers of a scalar with the same configuration.
        var groups = _description.Entries.GroupBy(entry => entry.Helper is not null && entry.Trace is null
            ? entry.Key
            : $"{entry.Scalar}|{entry.BackwardSuffix}|{string.Join(',', entry.Layers ?? [-1])}|{entry.Trace}");
        foreach (var group in groups)
        {
            var entries = group.ToList();
            Func<GoldenEntry, float[]> actual;
            try
            {
                actual = entries[0].Helper is not null && entries[0].Trace is null
                    ? await HelperAsync(entries[0], activations, dimensions, cancellationToken)
                    : await ScalarAsync(entries[0], activations, dimensions, cancellationToken);
            }
            catch (InvalidInputException e)
            {
                actual = _ => throw e;
            }

            foreach (var entry in entries)
            {
                keys.Add(await CompareAsync(entry, actual, expected, cancellationToken));
            }
        }

        return keys;
    }

    private async Task<GoldenKey> CompareAsync(
        GoldenEntry entry, Func<GoldenEntry, float[]> actual, SafetensorsFile expected, CancellationToken cancellationToken)
    {
        try
        {
            var values = actual(entry);
            var size = entry.Shape.Aggregate(1, (product, dimension) => product * dimension);
            if (values.Length != size)
            {
                return Fail(entry, $"it has {values.Length} values, expected are {size} ([{string.Join(", ", entry.Shape)}])");
            }

            var target = entry;
            while (target.AliasOf is { } alias)
            {
                target = _description.Entries.FirstOrDefault(other => other.Key == alias)
                    ?? throw new InvalidInputException(entry.Key, $"it is an alias of {alias}, which expected.json lacks");
            }

            if (target.Zeros)
            {
                var index = Array.FindIndex(values, value => value != 0);
                return index < 0
                    ? new GoldenKey(Name, entry.Key, 0, null)
                    : Fail(entry, $"element {index} is {values[index]}, expected are exact zeros");
            }

            var stored = await expected.ReadFloatsAsync(target.Key, cancellationToken);
            return TensorComparison.Compare(Name, entry.Key, values, stored);
        }
        catch (InvalidInputException e)
        {
            return Fail(entry, e.Message);
        }
    }

    private GoldenKey Fail(GoldenEntry entry, string problem) => TensorComparison.Fail(Name, entry.Key, problem);

    private async Task<Func<GoldenEntry, float[]>> ScalarAsync(
        GoldenEntry entry, SafetensorsFile activations, ModelDimensions dimensions, CancellationToken cancellationToken)
    {
        if (entry.Helper is not null and not "make_no_backward_pass_scalar_source_for_final_residual_grad")
        {
            throw new InvalidInputException(entry.Key, $"unknown helper {entry.Helper} of a trace");
        }

        var type = entry.Helper is null
            ? entry.Scalar ?? throw new InvalidInputException(entry.Key, "it names neither a derived scalar nor a helper")
            : "final_activation_residual_grad";
        var tokens = (int)activations.GetTensor(TensorNames.Tokens).Rows;
        var needsTokens = entry.Shape.Count == 3;
        var request = new DerivedScalarRequest
        {
            Type = type,
            Layers = entry.Layers,
            Trace = entry.Trace,
            Tokens = needsTokens ? [.. Enumerable.Range(0, tokens)] : null,
        };
        var rows = new GoldenRows(activations, _description.Aliases, entry.BackwardSuffix);
        var plan = await PlanAsync(request, rows.Tensors, dimensions, cancellationToken);
        using var weights = await PlanWeightsLoader.LoadAsync(plan, OpenAsync, cancellationToken);
        using var computation = new ChunkComputation(plan, weights, engine);
        var collector = new GoldenCollector();
        await computation.ComputeAsync(rows, new ChunkRange(0, 0, tokens, 0, [tokens]), collector, cancellationToken);
        return key => collector.Layer(key.Layer)
            ?? throw new InvalidInputException(
                key.Key, $"no output for layer {key.Layer}; there are {string.Join(", ", plan.Outputs.Select(output => output.Layer))}");
    }

    private async Task<Func<GoldenEntry, float[]>> HelperAsync(
        GoldenEntry entry, SafetensorsFile activations, ModelDimensions dimensions, CancellationToken cancellationToken)
    {
        var reference = Recipe().Autoencoders.FirstOrDefault(candidate => candidate.Name == entry.Autoencoder)
            ?? throw new InvalidInputException(entry.Key, $"autoencoder {entry.Autoencoder} is not one of the run's");
        var autoencoder = await LoadAsync(reference, entry.Layer, cancellationToken);
        float[] values;
        switch (entry.Helper)
        {
            case "Autoencoder.encode_pre_act":
                values = AutoencoderDerivatives.PreActivations(autoencoder, await InputAsync(entry.Input));
                break;
            case "make_autoencoder_pre_act_encoder_derivative":
                values = AutoencoderDerivatives.PreActEncoderDerivative(autoencoder, await InputAsync(entry.Input), entry.Latent);
                break;
            case "make_autoencoder_activation_fn_derivative":
                values = AutoencoderDerivatives.ActivationDerivative(
                    autoencoder.Activation, Encode(autoencoder, await InputAsync(Encoded(entry))), referenceCompatible: true);
                break;
            case "get_autoencoder_write_tensor_by_layer_index":
                var request = new DerivedScalarRequest
                {
                    Type = "autoencoder_write_norm",
                    Autoencoder = reference.Name,
                    Layers = [entry.Layer],
                };
                var rows = new GoldenRows(activations, _description.Aliases, "");
                var plan = await PlanAsync(request, rows.Tensors, dimensions, cancellationToken);
                using (var weights = await PlanWeightsLoader.LoadAsync(plan, OpenAsync, cancellationToken))
                {
                    values = weights.WriteDirections(new AutoencoderKey(reference.Name, entry.Layer)).Rows(0, autoencoder.LatentCount);
                }

                break;
            default:
                throw new InvalidInputException(entry.Key, $"unknown helper {entry.Helper}");
        }

        return _ => values;

        async Task<float[]> InputAsync(string? key) => await activations.ReadFloatsAsync(
            key is not null && _description.Aliases.TryGetValue(key, out var stored) ? stored : key ?? "", cancellationToken);
    }

    private static string Encoded(GoldenEntry entry) =>
        entry.Input is { } input && input.StartsWith("encode(", StringComparison.Ordinal) && input.EndsWith(')')
        ? input[7..^1]
        : throw new InvalidInputException(entry.Key, $"its input is '{entry.Input}'; encode(…) is expected");

    private float[] Encode(Autoencoder autoencoder, float[] inputs)
    {
        using var encoder = new LatentEncoder(autoencoder, engine);
        var latents = new SparseLatents();
        var tokens = inputs.Length / autoencoder.InputSize;
        encoder.Encode(inputs, tokens, latents);
        var dense = new float[tokens * autoencoder.LatentCount];
        for (var token = 0; token < tokens; token++)
        {
            for (var i = latents.RowStarts[token]; i < latents.RowStarts[token + 1]; i++)
            {
                dense[(token * autoencoder.LatentCount) + latents.Latents[i]] = latents.Values[i];
            }
        }

        return dense;
    }

    private async Task<DerivationPlan> PlanAsync(
        DerivedScalarRequest request, IReadOnlyDictionary<string, RecordedTensor> tensors, ModelDimensions dimensions,
        CancellationToken cancellationToken)
    {
        var recipe = Recipe() with { DerivedScalars = [request] };
        var reader = new PlanContextReader(PlanSources.OwnFormat((path, _) => Task.FromResult<IByteSource?>(
            File.Exists(Path.Combine(root, path)) ? new FileByteSource(Path.Combine(root, path)) : null)));
        var headers = await reader.AutoencodersAsync(recipe, dimensions.Layers, cancellationToken);
        return DerivationPlan.Create(
            recipe,
            new PlanContext
            {
                Dataset = folder,
                Model = dimensions,
                ModelPath = "model.safetensors",
                Tensors = tensors,
                Autoencoders = headers,
            });
    }

    private Recipe Recipe() => new()
    {
        Autoencoders =
        [
            .. _description.Autoencoders.Select(autoencoder => new AutoencoderReference
            {
                Name = autoencoder.Folder, Input = autoencoder.Input, Layers = autoencoder.Layers,
                Path = $"{autoencoder.Folder}/{AutoencoderReference.LayerPlaceholder}.safetensors",
            }),
        ],
        DerivedScalars = [],
        ReferenceCompatible = true,
        Outputs = RecipeOutputs.None,
    };

    private ModelDimensions ReadDimensions()
    {
        var path = Path.Combine(root, "config.json");
        if (!File.Exists(path))
        {
            throw new InvalidInputException(path, "does not exist; golden data has the model's config.json beside model.safetensors");
        }

        return Gpt2Config.Parse(File.ReadAllBytes(path), path).Dimensions;
    }

    private async Task<Autoencoder> LoadAsync(AutoencoderReference reference, int layer, CancellationToken cancellationToken)
    {
        using var source = new FileByteSource(Path.Combine(root, reference.PathOf(layer)));
        return await Autoencoder.LoadAsync(await SafetensorsFile.OpenAsync(source, cancellationToken), cancellationToken)
            ;
    }

    private Task<IByteSource> OpenAsync(string path, CancellationToken cancellationToken) =>
        Task.FromResult<IByteSource>(new FileByteSource(Path.Combine(root, path)));
}
