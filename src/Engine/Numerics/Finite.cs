using System.Numerics.Tensors;

namespace AeServerless.Engine.Numerics;

/// <summary>Whether numbers are finite, a vector of them at a time.</summary>
internal static class Finite
{
    /// <summary>Whether none of the values is NaN or infinite; so it is where there are none.</summary>
    public static bool All(ReadOnlySpan<float> values) => values.IsEmpty || TensorPrimitives.IsFiniteAll(values);
}
