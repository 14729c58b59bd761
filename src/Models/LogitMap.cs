using AeServerless.Models.Configuration;
using AeServerless.Models.Weights;
using TorchSharp;

namespace AeServerless.Models;

/// <summary>
/// What a direction of the residual stream does to a model's logits: the final norm's weight and the unembedding. The norm's scale, which
/// depends on the token, is left out; what a LayerNorm subtracts, the direction's mean, is in it, and so is no bias and no cap.
/// </summary>
/// <param name="Width">Width of the residual stream.</param>
/// <param name="Matrix"><c>[width, vocabulary]</c>, row by row.</param>
public sealed record LogitMap(int Width, float[] Matrix)
{
    /// <summary>Logits.</summary>
    public int Vocabulary => Matrix.Length / Width;

    /// <summary>Reads a model's map; <see langword="null"/> where it has more numbers than wanted.</summary>
    /// <param name="files">The model's files.</param>
    /// <param name="most">Numbers at most.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="Engine.InvalidInputException">The model is not understood, or a tensor is missing.</exception>
    public static async Task<LogitMap?> LoadAsync(IModelFiles files, long most, CancellationToken cancellationToken)
    {
        var architecture = (await LanguageModel.DescribeAsync(files, cancellationToken)).Architecture;
        if ((long)architecture.Width * architecture.Vocabulary > Math.Min(most, Array.MaxLength))
        {
            return null;
        }

        using var model = await LanguageModel.LoadAsync(
            files, layers: 0, head: true, torch.CPU, cancellationToken: cancellationToken);
        using var scope = torch.NewDisposeScope();
        using var gradients = torch.no_grad();
        var map = model.Weights.Head!.Matrix; // [vocabulary, width]
        if (model.Weights.FinalNorm!.Weight is { } weight)
        {
            map = map.mul(weight);
        }

        if (architecture.Norm == NormKind.LayerNorm)
        {
            map = map.sub(map.mean([1], keepdim: true));
        }

        return new LogitMap(architecture.Width, TensorReader.Values(map.t()));
    }
}
