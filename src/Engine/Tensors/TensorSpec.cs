namespace AeServerless.Engine.Tensors;

/// <summary>A tensor that is about to be written.</summary>
/// <param name="Name">Its name in the header.</param>
/// <param name="Dtype">Type of its elements.</param>
/// <param name="Shape">Its dimensions; empty for a scalar.</param>
public sealed record TensorSpec(string Name, TensorDtype Dtype, IReadOnlyList<long> Shape)
{
    /// <summary>Number of elements.</summary>
    /// <exception cref="OverflowException">The product of the dimensions exceeds 2^63 − 1.</exception>
    public long Count => Shape.Aggregate(1L, (product, dimension) => checked(product * dimension));

    /// <summary>Length of the data in bytes.</summary>
    public long Length => checked(Count * Dtype.Size());
}
