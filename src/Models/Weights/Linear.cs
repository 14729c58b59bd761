using AeServerless.Engine.Recipes;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace AeServerless.Models.Weights;

/// <summary>A matrix, and perhaps a bias. The matrix keeps the file's type and is converted where it is used.</summary>
/// <param name="weight"><c>[out, in]</c>, or a transposed view of <c>[in, out]</c>.</param>
/// <param name="bias"><c>[out]</c> in float32; null for none.</param>
/// <param name="dtype">What float32 inputs are multiplied in.</param>
internal sealed class Linear(Tensor weight, Tensor? bias, ModelDtype dtype) : IDisposable
{
    private readonly Tensor _weight = weight;
    private readonly Tensor? _bias = bias;
    private readonly Lock _lock = new();
    private Tensor? _kept;

    /// <summary>What float32 inputs are multiplied in.</summary>
    public ModelDtype Dtype { get; } = dtype;

    /// <summary>The matrix in float32, <c>[out, in]</c>: a new tensor, or the stored one.</summary>
    public Tensor Matrix => Widened(_weight);

    /// <summary>The matrix in the type of products, <c>[out, in]</c>: a new tensor, or the stored one.</summary>
    public Tensor Factor => Dtype == ModelDtype.BFloat16 ? _weight.to_type(torch.ScalarType.BFloat16) : Matrix;

    /// <summary>
    /// The same, made once and kept: of a matrix as large as an unembedding all threads that multiply with it at a time share one.
    /// </summary>
    public Tensor KeptFactor
    {
        get
        {
            lock (_lock)
            {
                if (_kept is null)
                {
                    var factor = Factor;
                    _kept = ReferenceEquals(factor, _weight) ? factor : factor.DetachFromDisposeScope();
                }

                return _kept;
            }
        }
    }

    /// <summary><c>[out]</c> in float32; null for none.</summary>
    public Tensor? Bias => _bias;

    /// <summary>Matrices of the same inputs below each other.</summary>
    /// <param name="parts">Disposed.</param>
    /// <param name="keep">Told of each new tensor.</param>
    public static Linear Stacked(IReadOnlyList<Linear> parts, Func<Tensor, Tensor> keep)
    {
        var same = parts.All(part => part._weight.dtype == parts[0]._weight.dtype);
        var weights = parts.Select(part => same ? part._weight : part.Matrix).ToList();
        var stacked = new Linear(
            keep(torch.cat(weights)),
            parts[0]._bias is null ? null : keep(torch.cat([.. parts.Select(part => part._bias!)])),
            parts[0].Dtype);
        foreach (var part in parts)
        {
            part.Dispose();
        }

        return stacked;
    }

    /// <summary>The same with its outputs in another order; this is disposed.</summary>
    public Linear Rearranged(Func<Tensor, Tensor> order)
    {
        var rearranged = new Linear(order(_weight), _bias is null ? null : order(_bias), Dtype);
        Dispose();
        return rearranged;
    }

    /// <summary><c>[…, in]</c> → <c>[…, out]</c>.</summary>
    public Tensor Apply(Tensor x)
    {
        if (x.dtype == torch.ScalarType.Float32 && Dtype == ModelDtype.Float32)
        {
            // What is widened for this product alone goes with it; a graph keeps what it needs.
            var matrix = Matrix;
            var product = torch.nn.functional.linear(x, matrix, _bias);
            if (!ReferenceEquals(matrix, _weight))
            {
                matrix.Dispose();
            }

            return product;
        }

        var type = x.dtype == torch.ScalarType.Float32 ? torch.ScalarType.BFloat16 : x.dtype;
        return torch.nn.functional.linear(x.to_type(type), _weight.to_type(type), _bias?.to_type(type)).to_type(x.dtype);
    }

    /// <summary>Some rows of the matrix in float32, <c>[rows, in]</c>.</summary>
    public Tensor Rows(Tensor indices) => Widened(_weight.index_select(0, indices));

    /// <summary>A tensor of weights as it is computed with: in float32, or in the float64 of a model whose weights are all of it.</summary>
    public static Tensor Widened(Tensor weights) => weights.dtype is torch.ScalarType.Float32 or torch.ScalarType.Float64
        ? weights
        : weights.to_type(torch.ScalarType.Float32);

    /// <inheritdoc/>
    public void Dispose()
    {
        _weight.Dispose();
        _bias?.Dispose();
        _kept?.Dispose();
    }
}
