using System.Globalization;
using AeServerless.Engine.Numerics;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Tensors;
using AeServerless.Models.Configuration;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace AeServerless.Models.Weights;

/// <summary>Finds, checks and reads the weights of a model, layer by layer.</summary>
internal sealed class WeightLoader
{
    private readonly Checkpoint _checkpoint;
    private readonly Architecture _architecture;
    private readonly WeightNames _names;
    private readonly torch.Device _device;
    private readonly string _prefix;
    private readonly bool _doubles;
    private readonly ModelDtype _dtype;
    private readonly List<Tensor> _loaded = [];
    private readonly SortedDictionary<string, long> _notFinite = new(StringComparer.Ordinal);

    private WeightLoader(Checkpoint checkpoint, ModelDescription description, torch.Device device, ModelDtype dtype, bool doubles)
    {
        (_dtype, _doubles) = (dtype, doubles);
        (_checkpoint, _architecture, _names, _device) = (checkpoint, description.Architecture, description.Names, device);
        _prefix = _names.Prefixes.FirstOrDefault(prefix => checkpoint.Contains(prefix + _names.Embedding))
            ?? throw checkpoint.Fault(_names.Prefixes[0] + _names.Embedding, "is missing");
    }

    /// <summary>Loads the embedding, the first layers, and the head if it is needed.</summary>
    /// <param name="checkpoint">The weights.</param>
    /// <param name="description">What they must be.</param>
    /// <param name="layers">How many layers.</param>
    /// <param name="head">Whether the final norm and the unembedding are loaded.</param>
    /// <param name="device">Where they go.</param>
    /// <param name="dtype">What products are computed in.</param>
    /// <param name="doubles">Whether weights may be float64, and are then computed with in float64.</param>
    /// <param name="cancellationToken">Cancels between tensors.</param>
    public static async Task<ModelWeights> LoadAsync(
        Checkpoint checkpoint,
        ModelDescription description,
        int layers,
        bool head,
        torch.Device device,
        ModelDtype dtype,
        bool doubles,
        CancellationToken cancellationToken)
    {
        var loader = new WeightLoader(checkpoint, description, device, dtype, doubles);
        loader.RefuseUnknownTensors();
        return await loader.KeepOnSuccessAsync(() => loader.LoadAsync(layers, head, cancellationToken));
    }

    /// <summary>Loads one layer alone.</summary>
    public static async Task<LayerWeights> LoadLayerAsync(
        Checkpoint checkpoint, ModelDescription description, int layer, CancellationToken cancellationToken)
    {
        var loader = new WeightLoader(checkpoint, description, torch.CPU, ModelDtype.Float32, doubles: false);
        loader.RefuseUnknownTensors();
        return await loader.KeepOnSuccessAsync(() => loader.LayerAsync(layer, cancellationToken));
    }

    private async Task<T> KeepOnSuccessAsync<T>(Func<Task<T>> load)
    {
        try
        {
            return await load();
        }
        catch
        {
            foreach (var tensor in _loaded)
            {
                tensor.Dispose();
            }

            throw;
        }
    }

    private async Task<ModelWeights> LoadAsync(int layers, bool withHead, CancellationToken cancellationToken)
    {
        var a = _architecture;
        var head = withHead ? Head() : null;
        var embedding = await ReadAsync(_prefix + _names.Embedding, [a.Vocabulary, a.Width], cancellationToken);
        var positions = _names.PositionEmbedding is { } name
            ? await WidenedAsync(_prefix + name, [a.Positions, a.Width], cancellationToken)
            : null;
        var loaded = new List<LayerWeights>();
        for (var layer = 0; layer < layers; layer++)
        {
            loaded.Add(await LayerAsync(layer, cancellationToken));
        }

        return new ModelWeights
        {
            NotFinite = _notFinite,
            Embedding = new Linear(embedding, null, _dtype),
            Positions = positions,
            Layers = loaded,
            FinalNorm = withHead ? await NormAsync(_prefix + _names.FinalNorm, a.Width, cancellationToken) : null,
            Head = !withHead ? null : head is null
                ? new Linear(Keep(embedding.alias()), null, _dtype)
                : new Linear(await ReadAsync(head, [a.Vocabulary, a.Width], cancellationToken), null, _dtype),
        };
    }

    // The file's own head counts also where the configuration ties it to the embedding.
    private string? Head() => _names.Heads.FirstOrDefault(_checkpoint.Contains)
        ?? (_architecture.TiedEmbeddings
            ? null
            : throw _checkpoint.Fault(
                _names.Heads[0], "is missing, and the configuration does not tie it to the token embedding (tie_word_embeddings)"));

    private async Task<LayerWeights> LayerAsync(int layer, CancellationToken cancellationToken)
    {
        var a = _architecture;
        var prefix = Prefix(layer);
        var (queries, keys) = (a.Heads * a.HeadWidth, a.KeyValueHeads * a.HeadWidth);
        Task<NormWeights> Norm(string name, int width) => NormAsync(prefix + name, width, cancellationToken);
        Task<Linear> Matrix(string name, int outputs, int inputs, bool bias) =>
            LinearAsync(prefix + name, outputs, inputs, bias, cancellationToken);
        var (queryNorm, keyNorm) = a.QueryKeyNorm switch
        {
            QueryKeyNorm.PerHead => (a.HeadWidth, a.HeadWidth),
            QueryKeyNorm.WholeProjection => (queries, keys),
            _ => (0, 0),
        };
        return new LayerWeights
        {
            AttentionNorm = a.PreNorms ? await Norm(_names.AttentionNorm, a.Width) : null,
            QueryKeyValue = await QueryKeyValueAsync(prefix, queries, keys, cancellationToken),
            QueryNorm = queryNorm > 0 ? await Norm(_names.QueryNorm, queryNorm) : null,
            KeyNorm = keyNorm > 0 ? await Norm(_names.KeyNorm, keyNorm) : null,
            AttentionOut = await Matrix(_names.AttentionOut, a.Width, queries, a.AttentionOutputBias),
            PostAttentionNorm = a.PostNorms ? await Norm(_names.PostAttentionNorm, a.Width) : null,
            MlpNorm = a.PreNorms ? await Norm(_names.MlpNorm, a.Width) : null,
            Gate = a.GatedMlp ? await Matrix(_names.Gate, a.MlpWidth, a.Width, a.MlpBias) : null,
            MlpIn = await Matrix(_names.MlpIn, a.MlpWidth, a.Width, a.MlpBias),
            MlpOut = await Matrix(_names.MlpOut, a.Width, a.MlpWidth, a.MlpBias),
            PostMlpNorm = a.PostNorms ? await Norm(_names.PostMlpNorm, a.Width) : null,
        };
    }

    private string Prefix(int layer) => _prefix + string.Format(CultureInfo.InvariantCulture, _names.Layer, layer);

    private async Task<NormWeights> NormAsync(string name, int width, CancellationToken cancellationToken)
    {
        if (!_architecture.NormWeights)
        {
            return new NormWeights(null, null);
        }

        var weight = await WidenedAsync(name + ".weight", [width], cancellationToken);
        if (_architecture.NormWeightsPlusOne)
        {
            using var stored = weight;
            weight = Keep(stored.Plus(1));
        }

        return new NormWeights(weight, _architecture.NormBiases ? await WidenedAsync(name + ".bias", [width], cancellationToken) : null);
    }

    private async Task<Linear> LinearAsync(string name, int outputs, int inputs, bool bias, CancellationToken cancellationToken)
    {
        var weight = await ReadAsync(name + ".weight", _names.InputsFirst ? [inputs, outputs] : [outputs, inputs], cancellationToken);
        if (_names.InputsFirst)
        {
            using var stored = weight;
            weight = Keep(stored.t());
        }

        return new Linear(weight, bias ? await WidenedAsync(name + ".bias", [outputs], cancellationToken) : null, _dtype);
    }

    private async Task<Linear> QueryKeyValueAsync(string prefix, int queries, int keys, CancellationToken cancellationToken)
    {
        var a = _architecture;
        if (_names.QueryKeyValue is { } name)
        {
            var fused = await LinearAsync(prefix + name, queries + 2 * keys, a.Width, a.QueryKeyValueBias, cancellationToken);
            return _names.GroupedByHead ? fused.Rearranged(tensor => Keep(Ungrouped(tensor))) : fused;
        }

        var parts = new List<Linear>();
        foreach (var (part, width) in ((string, int)[])[(_names.Query, queries), (_names.Key, keys), (_names.Value, keys)])
        {
            parts.Add(await LinearAsync(prefix + part, width, a.Width, a.QueryKeyValueBias, cancellationToken));
        }

        return Linear.Stacked(parts, tensor => Keep(tensor));
    }

    // [heads, 3, d_head, …] → [3, heads, d_head, …]
    private Tensor Ungrouped(Tensor tensor)
    {
        using var scope = torch.NewDisposeScope();
        long[] rest = tensor.shape[1..];
        var grouped = tensor.view([_architecture.Heads, 3, _architecture.HeadWidth, .. rest]);
        return grouped.transpose(0, 1).contiguous().view(tensor.shape).MoveToOuterDisposeScope();
    }

    private async Task<Tensor> WidenedAsync(string name, long[] shape, CancellationToken cancellationToken)
    {
        var stored = await ReadAsync(name, shape, cancellationToken);
        var widened = Linear.Widened(stored);
        if (!ReferenceEquals(widened, stored))
        {
            stored.Dispose();
        }

        return Keep(widened);
    }

    private async Task<Tensor> ReadAsync(string name, long[] shape, CancellationToken cancellationToken)
    {
        var stored = await _checkpoint.RequireAsync(name, cancellationToken);
        if (!stored.Shape.SequenceEqual(shape))
        {
            throw stored.Fault($"has the shape {stored.ShapeText}; the model's configuration needs [{string.Join(", ", shape)}]");
        }

        var type = _doubles || stored.Dtype != TensorDtype.F64 ? TensorReader.ScalarType(stored.Dtype) : null;
        var known = type ?? throw stored.Fault($"is {stored.Dtype.Name()}; F32, F16 or BF16 is needed");
        var tensor = Keep(await TensorReader.ReadAsync(stored, known, cancellationToken));
        CountNotFinite(name, tensor);
        if (_device.type == DeviceType.CPU)
        {
            return tensor;
        }

        using var read = tensor;
        return Keep(read.to(_device));
    }

    private void CountNotFinite(string name, Tensor tensor)
    {
        using var scope = torch.NewDisposeScope();
        var finite = tensor.isfinite().sum(torch.ScalarType.Int64).item<long>();
        if (finite < tensor.numel())
        {
            _notFinite.Add(name, tensor.numel() - finite);
        }
    }

    private Tensor Keep(Tensor tensor)
    {
        tensor.DetachFromDisposeScope();
        _loaded.Add(tensor);
        return tensor;
    }

    private void RefuseUnknownTensors()
    {
        var parts = LayerNames.Of(_architecture, _names);
        var start = _prefix + _names.Layer[.._names.Layer.IndexOf('{')];
        foreach (var name in _checkpoint.Names.Where(name => name.StartsWith(start, StringComparison.Ordinal)))
        {
            var rest = name[start.Length..];
            var dot = rest.IndexOf('.');
            if (dot < 0 || !int.TryParse(rest[..dot], NumberStyles.None, CultureInfo.InvariantCulture, out var layer)
                || layer >= _architecture.Layers.Count)
            {
                throw _checkpoint.Fault(name, $"belongs to no layer: the configuration has layers 0 to {_architecture.Layers.Count - 1}");
            }

            if (!parts.Contains(rest[(dot + 1)..]))
            {
                throw _checkpoint.Fault(name, $"is no part of a layer of this configuration ({_architecture.ModelType})");
            }
        }
    }
}
