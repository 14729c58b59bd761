using AeServerless.Engine;
using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;

namespace AeServerless.Formats.Tensors;

/// <summary>
/// A tensor that lies in a file, of whatever kind, and is read when asked for. Its extent has been checked to lie within the file.
/// </summary>
/// <param name="File">The file, as messages call it.</param>
/// <param name="Name">The tensor's name in it.</param>
/// <param name="Dtype">Type of its elements, little-endian.</param>
/// <param name="Shape">Its dimensions; empty for a scalar.</param>
/// <param name="Strides">For each dimension, how many elements lie between neighbours; none is negative.</param>
/// <param name="Source">Where the bytes come from.</param>
/// <param name="Offset">Where the first element lies in the source, in bytes.</param>
public sealed record StoredTensor(
    string File, string Name, TensorDtype Dtype, IReadOnlyList<long> Shape, IReadOnlyList<long> Strides, IByteSource Source, long Offset)
{
    /// <summary>Number of elements.</summary>
    public long Count => Shape.Aggregate(1L, (product, dimension) => product * dimension);

    /// <summary>The shape as messages show it, such as <c>[5, 128]</c>.</summary>
    public string ShapeText => Text(Shape);

    /// <summary>The strides of elements that lie one after another, the last dimension's nearest.</summary>
    public static IReadOnlyList<long> RowMajor(IReadOnlyList<long> shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        var strides = new long[shape.Count];
        var stride = 1L;
        for (var i = strides.Length - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride *= shape[i];
        }

        return strides;
    }

    /// <summary>The error of something being wrong with the tensor.</summary>
    public InvalidInputException Fault(string problem) => new($"{File}, tensor '{Name}'", problem);

    /// <summary>Throws unless the tensor has exactly this shape.</summary>
    /// <exception cref="InvalidInputException">It has another.</exception>
    public StoredTensor RequireShape(params IReadOnlyList<long> shape)
    {
        return Shape.SequenceEqual(shape) ? this : throw Fault($"{Name} shape {ShapeText} has to be {Text(shape)} to fit the others");
    }

    private static string Text(IReadOnlyList<long> shape) => $"[{string.Join(", ", shape)}]";
}
