namespace AeServerless.Engine.Tensors;

/// <summary>Where tensors lie in a file's data section, and messages about them.</summary>
internal static class TensorLayout
{
    public static InvalidInputException Error(string file, string tensor, string problem) =>
        new($"{file}, tensor '{OneLineText.Clip(tensor)}'", problem);

    /// <summary>Product of the shape times the element size; false where it exceeds 2^63 − 1.</summary>
    public static bool TryByteLength(IReadOnlyList<long> shape, TensorDtype dtype, out long bytes)
    {
        bytes = shape.Contains(0) ? 0 : dtype.Size();
        foreach (var dimension in bytes == 0 ? [] : shape)
        {
            if (dimension > long.MaxValue / bytes)
            {
                return false;
            }

            bytes *= dimension;
        }

        return true;
    }

    /// <summary>Throws unless the tensors cover the data section exactly once.</summary>
    public static void ValidateTiling(string file, IEnumerable<TensorEntry> tensors, long dataStart, long dataLength)
    {
        var end = dataStart;
        TensorEntry? previous = null;
        foreach (var tensor in tensors.OrderBy(tensor => tensor.Offset).ThenBy(tensor => tensor.Length))
        {
            if (tensor.Offset < end)
            {
                throw Error(
                    file,
                    tensor.Name,
                    $"overlaps tensor '{OneLineText.Clip(previous!.Name)}': its data begin at offset {tensor.Offset - dataStart}, "
                        + $"before the end of the other at offset {end - dataStart}");
            }

            if (tensor.Offset > end)
            {
                throw Error(file, tensor.Name, $"leaves a gap of {tensor.Offset - end} bytes before it");
            }

            (end, previous) = (tensor.Offset + tensor.Length, tensor);
        }

        var left = dataStart + dataLength - end;
        if (left > 0)
        {
            throw new InvalidInputException(file, $"has {left} bytes at its end that belong to no tensor");
        }
    }
}
