namespace AeServerless.Engine.Tensors;

/// <summary>One tensor of a safetensors file.</summary>
/// <param name="Name">Its name in the header.</param>
/// <param name="Dtype">Type of its elements.</param>
/// <param name="Shape">Its dimensions; empty for a scalar.</param>
/// <param name="Offset">Where its data starts, in bytes from the start of the file.</param>
/// <param name="Length">Length of its data in bytes.</param>
public sealed record TensorEntry(string Name, TensorDtype Dtype, IReadOnlyList<long> Shape, long Offset, long Length)
{
    /// <summary>Number of elements.</summary>
    public long Count => Length / Dtype.Size();

    /// <summary>The first dimension; 1 for a scalar.</summary>
    public long Rows => Shape.Count == 0 ? 1 : Shape[0];

    /// <summary>Elements of one row: the product of all dimensions but the first.</summary>
    public long RowWidth => Shape.Skip(1).Aggregate(1L, (product, dimension) => product * dimension);

    /// <summary>The shape as messages show it, such as <c>[5, 128]</c>.</summary>
    public string ShapeText => $"[{string.Join(", ", Shape)}]";
}
