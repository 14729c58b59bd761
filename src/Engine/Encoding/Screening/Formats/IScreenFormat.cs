using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace AeServerless.Engine.Encoding.Screening.Formats;

/// <summary>A number format to screen in: how rows are rounded to it and how far its products may be off.</summary>
/// <typeparam name="TIn">Element of the factors.</typeparam>
/// <typeparam name="TOut">Element of the product.</typeparam>
internal interface IScreenFormat<TIn, TOut>
    where TIn : unmanaged
    where TOut : unmanaged
{
    /// <summary>Torch's name of <typeparamref name="TIn"/>.</summary>
    static abstract ScalarType Input { get; }

    /// <summary>Torch's name of <typeparamref name="TOut"/>.</summary>
    static abstract ScalarType Output { get; }

    /// <summary>Whether rows are rotated first, so that no element stands out.</summary>
    static abstract bool Rotates { get; }

    /// <summary>Bound of an output's own rounding, relative to it.</summary>
    static abstract float OutputRounding { get; }

    /// <summary>Roundings that a sum of <paramref name="length"/> products goes through, in float32's unit roundoff.</summary>
    static abstract double Roundings(int length);

    /// <summary>Whether columns that stand out are multiplied apart: they would take the resolution of all others.</summary>
    static abstract bool SetsColumnsApart { get; }

    /// <summary>About what share of its norm a row of that length loses to rounding.</summary>
    /// <param name="length">Elements of the row.</param>
    /// <param name="largest">The largest magnitude of an element, of integers.</param>
    static abstract double Coarseness(int length, int largest);

    /// <summary>Rounds a row: row[i] ≈ scale · into[i].</summary>
    /// <param name="row">The row.</param>
    /// <param name="into">Receives the elements.</param>
    /// <param name="largest">The largest magnitude of an element, of integers.</param>
    /// <returns>The scale.</returns>
    static abstract float Round(ReadOnlySpan<float> row, Span<TIn> into, int largest);

    /// <summary>values[i] = the number that element i stands for, before the scale.</summary>
    static abstract void Widen(ReadOnlySpan<TIn> elements, Span<float> values);

    /// <summary>16 outputs as float32.</summary>
    static abstract Vector512<float> Load(ref TOut outputs, int index);
}
