using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Encoding.Screening.Products;
using AeServerless.Engine.Numerics;

namespace AeServerless.Engine.Encoding.Screening;

/// <summary>
/// An autoencoder's encoder in a screening format, with what bounds the screening's error. For a centred input x = x̂ + δx and a weight row
/// w = ŵ + δw, both rounded: <c>x·w − x̂·ŵ = δx·w + x̂·δw</c>, by Cauchy–Schwarz at most <c>‖δx‖·‖w‖ + ‖x̂‖·‖δw‖</c>, where each of
/// these norms is known, not estimated. κ·‖x‖·‖w‖ with a κ of some hundred float32 roundoffs covers every rounding of the product, of the
/// scan and of the exact kernel.
/// </summary>
internal abstract class Screen : IDisposable
{
    /// <summary>Unit roundoff of float32.</summary>
    protected const double UnitRoundoff = 1.0 / (1 << 24);

    /// <summary>Covers rounding of the bounds themselves to float32.</summary>
    protected const double Slack = 1.001;

    /// <summary>Numbers beyond this (2⁹⁶) might overflow on the way.</summary>
    protected const double Huge = 7.9e28;

    /// <summary>Latents of one product. Its output, with some hundred tokens, stays in the L2 cache until it is scanned.</summary>
    public const int LatentBlock = 1024;

    // Times itself far above n · 2⁻¹²⁶, which is what products can lose to underflow, and negligible beside any ordinary norm.
    private const double Tiny = 1e-16;

    /// <summary>Norms of the weight rows and bounds that do not depend on the format.</summary>
    protected Screen(Autoencoder autoencoder)
    {
        Autoencoder = autoencoder;
        var padded = Padded(autoencoder.LatentCount);
        WeightScale = new float[padded];
        WeightNorm = new float[padded];
        WeightResidual = new float[padded];
        UpperBias = new float[padded];
        LowerBias = new float[padded];
        Array.Fill(UpperBias, float.NegativeInfinity);
        for (var latent = 0; latent < autoencoder.LatentCount; latent++)
        {
            var norm = Math.Sqrt(FixedOrder.SquaredNorm(autoencoder.EncoderRow(latent)));
            LargestWeightNorm = Math.Max(LargestWeightNorm, norm);
            WeightNorm[latent] = ToFloat(Math.Max(norm * Slack, Tiny));
            var (bias, magnitude) = autoencoder.Activation.ScreenBias(autoencoder.LatentBias[latent], latent);
            var rounding = 8 * UnitRoundoff * magnitude;
            UpperBias[latent] = MathF.BitIncrement(ToFloat(bias + rounding));
            LowerBias[latent] = MathF.BitDecrement(ToFloat(bias - rounding));
            if (magnitude == 0)
            {
                (UpperBias[latent], LowerBias[latent]) = (0, 0);
            }
        }
    }

    public Autoencoder Autoencoder { get; }

    /// <summary>Scale of each weight row. [latents, padded to full vectors]</summary>
    public float[] WeightScale { get; }

    /// <summary>‖w‖, rounded up.</summary>
    public float[] WeightNorm { get; }

    /// <summary>‖δw‖, rounded up.</summary>
    public float[] WeightResidual { get; }

    /// <summary>Bias and its share of the roundings; −∞ in the padding.</summary>
    public float[] UpperBias { get; }

    /// <summary>Bias less its share of the roundings.</summary>
    public float[] LowerBias { get; }

    protected double LargestWeightNorm { get; }

    /// <summary>About what share of ‖x‖·‖w‖ the bound of a latent is.</summary>
    public virtual double Coarseness => 0;

    public abstract ScreenLane CreateLane(int tokens);

    public abstract void Dispose();

    /// <summary>Bound of a row that was rounded.</summary>
    /// <param name="norm">‖x‖.</param>
    /// <param name="restNorm">The norm of what was rounded: x without its columns apart.</param>
    /// <param name="residual">‖δx‖.</param>
    /// <param name="scale">Scale of the outputs.</param>
    /// <param name="roundings">Roundings of the product and of what comes before it.</param>
    protected RowBound Bound(double norm, double restNorm, double residual, float scale, double roundings)
    {
        // The exact kernel rounds each product and n/64 + 8 sums, the scan less than 16 times. Twice, as ‖x̂‖·‖ŵ‖ may exceed ‖x‖·‖w‖.
        var kappa = 2 * (roundings + (Autoencoder.InputSize / 64.0) + 32) * UnitRoundoff;
        return norm == 0 ? default : new RowBound(
            scale,
            ToFloat(((residual + (kappa * norm)) * Slack) + Tiny),
            ToFloat((restNorm + residual) * Slack),
            Unbounded: norm * Math.Max(1, LargestWeightNorm) > Huge);
    }

    /// <summary>Rounded up to whole vectors.</summary>
    protected static int Padded(int length) => ProductSize.Padded(length);

    protected static float ToFloat(double value) => (float)Math.Clamp(value, -float.MaxValue, float.MaxValue);
}
