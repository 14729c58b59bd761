using System.Numerics.Tensors;

namespace AeServerless.Engine.Numerics;

/// <summary>Whether numbers are finite, a vector of them at a time.</summary>
internal static class FiniteCheck
{
    /// <summary>Whether none of the values is NaN or infinite; true for no values.</summary>
    public static bool AllFinite(ReadOnlySpan<float> values) => values.IsEmpty || TensorPrimitives.IsFiniteAll(values);
}
