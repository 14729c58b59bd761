namespace AeServerless.Formats.Tensors;

/// <summary>A dimension of a stored tensor.</summary>
/// <param name="Count">How many entries it has.</param>
/// <param name="Stride">Elements between neighbours; 0 where there is only one.</param>
internal readonly record struct Axis(int Count, long Stride)
{
    /// <summary>Elements from the first entry to the last, both included.</summary>
    public long Span => ((Count - 1) * Stride) + 1;

    public static Axis Of(StoredTensor tensor, int dimension) =>
        new((int)tensor.Shape[dimension], tensor.Shape[dimension] == 1 ? 0 : tensor.Strides[dimension]);
}
