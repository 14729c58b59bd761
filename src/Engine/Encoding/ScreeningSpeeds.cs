using System.Diagnostics;
using static TorchSharp.torch;

namespace AeServerless.Engine.Encoding;

/// <summary>
/// How fast this machine multiplies in each screening format, in 10⁹ multiply-adds a second on one thread. Measured once a process, in some
/// hundredths of a second.
/// </summary>
/// <param name="Float32">float32.</param>
/// <param name="BFloat16">bfloat16; 0 where its products are not summed in float32.</param>
/// <param name="Int8">int8; 0 where there is no such product or it is not exact.</param>
public sealed record ScreeningSpeeds(double Float32, double BFloat16, double Int8)
{
    private const int Tokens = 256;
    private const int Width = 512;
    private const int Latents = 1024;
    private const int Repeats = 3;

    private static readonly Lazy<ScreeningSpeeds> Measured = new(Measure);

    /// <summary>This machine's speeds.</summary>
    public static ScreeningSpeeds Here => Measured.Value;

    /// <summary>The speed of one screening.</summary>
    public double Of(Screening screening) => screening switch
    {
        Screening.Int8 => Int8,
        Screening.BFloat16 => BFloat16,
        _ => Float32,
    };

    private static ScreeningSpeeds Measure()
    {
        ScreeningSpeeds? speeds = null;

        // On one of the team's threads: there a product has one thread, as in use.
        ThreadTeam.Of().Run(1, (_, _) =>
        {
            using var scope = NewDisposeScope();
            speeds = new ScreeningSpeeds(
                Speed(ScalarType.Float32, ScalarType.Float32),
                Speed(ScalarType.BFloat16, ScalarType.BFloat16),
                TorchProducts.HasInteger ? Speed(ScalarType.Int8, ScalarType.Int32) : 0);
        });
        return speeds!;
    }

    private static double Speed(ScalarType input, ScalarType output)
    {
        // Powers of two around a large first term: any sum but an exact one, or float32's in any order, gives another number.
        // int8: 127 · 127 in every term, which saturates where pairs are added in 16 bits.
        var extreme = input == ScalarType.Int8 ? 127f : 1f;
        var expected = extreme * extreme * Width;
        var left = full([Tokens, Width], extreme, ScalarType.Float32).to(input);
        var right = full([Latents, Width], extreme, ScalarType.Float32).to(input).t();
        var product = empty([Tokens, Latents], output);
        TorchProducts.Multiply(product, left, right);
        if ((product.to(ScalarType.Float32) != expected).any().item<bool>())
        {
            return 0;
        }

        var best = double.MaxValue;
        for (var i = 0; i < Repeats; i++)
        {
            var started = Stopwatch.GetTimestamp();
            TorchProducts.Multiply(product, left, right);
            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        return 1e-9 * Tokens * Width * Latents / best;
    }
}
