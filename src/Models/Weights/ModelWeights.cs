using Tensor = TorchSharp.torch.Tensor;

namespace AeServerless.Models.Weights;

/// <summary>The weights of the part of a model that is loaded.</summary>
internal sealed class ModelWeights : IDisposable
{
    /// <summary>How many weights of each tensor are infinite or not a number, where there are any.</summary>
    public required IReadOnlyDictionary<string, long> NotFinite { get; init; }

    /// <summary><c>[vocabulary, d_model]</c>, in the file's type.</summary>
    public required Linear Embedding { get; init; }

    /// <summary><c>[positions, d_model]</c> in float32; null where positions are rotary.</summary>
    public Tensor? Positions { get; init; }

    /// <summary>The first layers, as many as are loaded.</summary>
    public required IReadOnlyList<LayerWeights> Layers { get; init; }

    /// <summary>The norm before the head; null where the head is not loaded.</summary>
    public NormWeights? FinalNorm { get; init; }

    /// <summary>From the residual stream to logits, the embedding where they are tied; null where it is not loaded.</summary>
    public Linear? Head { get; init; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Embedding.Dispose();
        Positions?.Dispose();
        foreach (var layer in Layers)
        {
            layer.Dispose();
        }

        FinalNorm?.Dispose();
        Head?.Dispose();
    }
}
