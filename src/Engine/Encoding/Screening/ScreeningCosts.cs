namespace AeServerless.Engine.Encoding.Screening;

/// <summary>What screening costs on one thread of this machine, for encoders of about one width. Measured.</summary>
/// <param name="Width">The width that it was measured at.</param>
/// <param name="CandidateSeconds">Seconds that the exact computation of one candidate takes.</param>
/// <param name="Products">The products that there are.</param>
public sealed record ScreeningCosts(int Width, double CandidateSeconds, IReadOnlyList<ProductSpeed> Products)
{
    /// <summary>Widths share what is measured: powers of two up to 256, and multiples of 256 up to 4,096.</summary>
    /// <param name="width">Width of an encoder's input.</param>
    public static int MeasuredWidth(int width) => width <= 256
        ? Math.Max(32, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)width))
        : Math.Min(4096, (width + 255) / 256 * 256);
}
