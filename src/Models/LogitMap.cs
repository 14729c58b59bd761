using AeServerless.Engine.Numerics;
using AeServerless.Engine.Runtime;
using AeServerless.Models.Configuration;
using AeServerless.Models.Weights;
using TorchSharp;

namespace AeServerless.Models;

/// <summary>
/// What a direction of the residual stream does to a model's logits: the final norm's weight and the unembedding. The norm's scale, which
/// depends on the token, is left out; what a LayerNorm subtracts, the direction's mean, is in it, and so is no bias and no cap.
/// </summary>
public sealed class LogitMap : IDisposable
{
    private const int RowsAtOnce = 4096;

    private readonly TensorMemory _matrix;

    private LogitMap(int width, int vocabulary, TensorMemory matrix) => (Width, Vocabulary, _matrix) = (width, vocabulary, matrix);

    /// <summary>Width of the residual stream.</summary>
    public int Width { get; }

    /// <summary>Logits.</summary>
    public int Vocabulary { get; }

    /// <summary><c>[width, vocabulary]</c>, row by row.</summary>
    public ReadOnlyMemory<float> Matrix => _matrix.Memory;

    /// <summary>Reads a model's map; <see langword="null"/> where it has more numbers than wanted.</summary>
    /// <param name="files">The model's files.</param>
    /// <param name="most">Numbers at most.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="Engine.InvalidInputException">The model is not understood, or a tensor is missing.</exception>
    public static async Task<LogitMap?> LoadAsync(IModelFiles files, long most, CancellationToken cancellationToken)
    {
        var architecture = (await LanguageModel.DescribeAsync(files, cancellationToken)).Architecture;
        var (width, vocabulary) = (architecture.Width, architecture.Vocabulary);
        if ((long)width * vocabulary > Math.Min(most, Array.MaxLength))
        {
            return null;
        }

        // The run is at its end: what its passes left is more than what is taken here.
        NativeHeap.GiveBack();
        using var model = await LanguageModel.LoadAsync(
            files, layers: 0, head: true, torch.CPU, cancellationToken: cancellationToken);
        using var gradients = torch.no_grad();
        var matrix = torch.empty([width, vocabulary], torch.ScalarType.Float32).DetachFromDisposeScope();
        var map = new LogitMap(width, vocabulary, new TensorMemory(matrix));

        // Some rows at a time: widened, scaled and transposed whole it would be in memory four times.
        for (var first = 0; first < vocabulary; first += RowsAtOnce)
        {
            using var scope = torch.NewDisposeScope();
            var count = Math.Min(RowsAtOnce, vocabulary - first);
            var rows = model.Weights.Head!.Rows(torch.arange(first, first + count, torch.ScalarType.Int64)); // [rows, width]
            if (model.Weights.FinalNorm!.Weight is { } weight)
            {
                rows = rows.mul(weight);
            }

            if (architecture.Norm == NormKind.LayerNorm)
            {
                rows = rows.Minus(rows.mean([1], keepdim: true));
            }

            matrix.narrow(1, first, count).copy_(rows.t());
        }

        return map;
    }

    /// <inheritdoc/>
    public void Dispose() => ((IDisposable)_matrix).Dispose();
}
