using System.Diagnostics;
using AeServerless.Engine.Numerics;

namespace AeServerless.Engine.Encoding.Screening;

/// <summary>Measures what screening costs: some tenths of a second a width.</summary>
internal static class ScreeningMeasurement
{
    private const int Repeats = 7;

    // A product that is that much slower than the fastest at its first trials needs no exact figure.
    private const double OutOfQuestion = 4;

    /// <summary>Measures at a width. Products have one thread, as in use; in turns, so that a busy moment slows all of them.</summary>
    public static ScreeningCosts Measure(int width) => ThreadTeam.RunOnSingleTorchThread(() =>
    {
        var tokens = Math.Max(32, 128 * 512 / Math.Max(512, width));
        var trials = ScreenKinds.For(width).Select(kind => (Kind: kind, Trial: kind.TryAt(width, tokens))).ToList();
        try
        {
            for (var repeat = 0; repeat < Repeats + 1; repeat++)
            {
                var best = trials.Min(one => one.Trial.BestSeconds);
                foreach (var (_, trial) in trials.Where(one => repeat < 2 || one.Trial.BestSeconds < OutOfQuestion * best))
                {
                    trial.Measure();
                }
            }

            var macs = 1e-9 * tokens * Screen.LatentBlock * width;
            return new ScreeningCosts(
                width, CandidateSeconds(width),
                [.. trials.Select(one => new ProductSpeed(one.Kind.Format, one.Kind.Product, macs / one.Trial.BestSeconds))]);
        }
        finally
        {
            trials.ForEach(one => one.Trial.Dispose());
        }
    });

    /// <summary>Seconds of one candidate: dot products of rows from all over a tile, some with each row of weights.</summary>
    private static double CandidateSeconds(int width)
    {
        const int Rows = 1024, Latents = 256, Together = 8;
        var padded = (width + FixedOrder.Unrolled - 1) / FixedOrder.Unrolled * FixedOrder.Unrolled;
        var rows = new float[Rows * padded];
        var weights = new float[Latents * padded];
        var best = double.PositiveInfinity;
        var sum = 0f;
        for (var repeat = 0; repeat < Repeats; repeat++)
        {
            var started = Stopwatch.GetTimestamp();
            for (var latent = 0; latent < Latents; latent++)
            {
                for (var i = 0; i < Together; i += 4)
                {
                    ref float Row(int at) => ref rows[((latent * 7) + ((i + at) * 131)) % Rows * padded];
                    var (a, b, c, d) = FixedOrder.DotFour(
                        ref Row(0), ref Row(1), ref Row(2), ref Row(3), ref weights[latent * padded], padded);
                    sum += a + b + c + d;
                }
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        return (best + (sum * 0)) / (Latents * Together);
    }
}
