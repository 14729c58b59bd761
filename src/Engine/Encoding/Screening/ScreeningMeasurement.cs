using System.Diagnostics;
using AeServerless.Engine.Numerics;

namespace AeServerless.Engine.Encoding.Screening;

/// <summary>Measures what screening costs: some tenths of a second a width.</summary>
internal static class ScreeningMeasurement
{
    private const int Repeats = 7;

    // On a busy machine it takes more until each product has had its time undisturbed, twice.
    private const int MostRepeats = 64;

    // A product that is that much slower than the fastest at its first trials needs no exact figure.
    private const double OutOfQuestion = 4;

    /// <summary>Measures at a width. Products have one thread, as in use; in turns, so that a busy moment slows all of them.</summary>
    /// <returns>The costs, and whether the machine was quiet enough for them to be worth keeping.</returns>
    public static (ScreeningCosts Costs, bool Steady) Measure(int width) => ThreadTeam.RunOnSingleTorchThread(() =>
    {
        var tokens = Math.Max(32, 128 * 512 / Math.Max(512, width));
        var trials = ScreenKinds.For(width).Select(kind => (Kind: kind, Trial: kind.TryAt(width, tokens))).ToList();
        try
        {
            var inQuestion = trials.Select(one => one.Trial).ToList();
            for (var repeat = 0; repeat <= Repeats || (repeat <= MostRepeats && !inQuestion.All(trial => trial.IsSteady)); repeat++)
            {
                inQuestion.ForEach(trial => trial.Measure());
                if (repeat > 0)
                {
                    var best = inQuestion.Min(trial => trial.BestSeconds);
                    inQuestion.RemoveAll(trial => trial.BestSeconds >= OutOfQuestion * best);
                }
            }

            var macs = 1e-9 * tokens * Screen.LatentBlock * width;
            var costs = new ScreeningCosts(
                width, CandidateSeconds(width),
                [.. trials.Select(one => new ProductSpeed(one.Kind.Format, one.Kind.Product, macs / one.Trial.BestSeconds))]);
            return (costs, inQuestion.All(trial => trial.IsSteady));
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
