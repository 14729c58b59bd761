using System.Diagnostics;
using AeServerless.Engine.Numerics;
using static TorchSharp.torch;

namespace AeServerless.Engine.Encoding.Screening;

/// <summary>
/// How fast this machine multiplies in each screening format, in 10⁹ multiply-adds a second on one thread.
/// </summary>
/// <param name="Float32">float32.</param>
/// <param name="BFloat16">bfloat16; 0 where its products are not summed in float32.</param>
/// <param name="Int8">int8; 0 where there is no such product or it is not exact.</param>
public sealed record ScreeningSpeeds(double Float32, double BFloat16, double Int8)
{
    private const int Tokens = 128;
    private const int Width = 512;
    private const int Latents = 1024;
    private const int Repeats = 8;

    /// <summary>The speed of one screening.</summary>
    public double SpeedOf(ScreeningFormat screening) => screening switch
    {
        ScreeningFormat.Int8 => Int8,
        ScreeningFormat.BFloat16 => BFloat16,
        _ => Float32,
    };

    // Takes some hundredths of a second. A product has one thread, as in use. In turns, so that a busy moment slows all of them.
    internal static ScreeningSpeeds Measure() => ThreadTeam.RunOnSingleTorchThread(() =>
    {
        using var scope = NewDisposeScope();
        Contest[] contests = [new(ScalarType.Float32, ScalarType.Float32), new(
            ScalarType.BFloat16, ScalarType.BFloat16), new(ScalarType.Int8, ScalarType.Int32)];
        for (var i = 0; i < contests.Length * Repeats; i++)
        {
            contests[i % contests.Length].Multiply();
        }

        return new ScreeningSpeeds(contests[0].Speed, contests[1].Speed, contests[2].Speed);
    });

    /// <summary>Repeated products of one format.</summary>
    private sealed class Contest
    {
        private readonly Tensor _left;
        private readonly Tensor _right;
        private readonly Tensor? _product;
        private double _best = double.MaxValue;

        public Contest(ScalarType input, ScalarType output)
        {
            // 127 · 127 in every int8 term saturates where a processor adds pairs in 16 bits; sums of ones in bfloat16 would stop at 256.
            var element = input == ScalarType.Int8 ? 127f : 1f;
            _left = tensor([element]).repeat(Tokens, Width).to(input);
            _right = tensor([element]).repeat(Latents, Width).to(input).t();
            if (input == ScalarType.Int8 && !TorchProducts.HasInteger)
            {
                return;
            }

            var product = empty([Tokens, Latents], output);
            TorchProducts.Multiply(product, _left, _right);
            _product = product.to(ScalarType.Float32).eq(tensor([element * element * Width])).all().item<bool>() ? product : null;
        }

        public double Speed => _product is null ? 0 : 1e-9 * Tokens * Width * Latents / _best;

        public void Multiply()
        {
            if (_product is not null)
            {
                var started = Stopwatch.GetTimestamp();
                TorchProducts.Multiply(_product, _left, _right);
                _best = Math.Min(_best, Stopwatch.GetElapsedTime(started).TotalSeconds);
            }
        }
    }
}
