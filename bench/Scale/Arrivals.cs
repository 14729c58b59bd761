namespace AeServerless.Bench.Scale;

/// <summary>When replicas are ready: the scaler looks, adds one, then four, then as many as there are, every 15 seconds.</summary>
internal static class Arrivals
{
    private const double StepSeconds = 15;

    // How much one cold start differs from another: standard deviation of its logarithm.
    private const double Spread = 0.2;

    public static double[] Draw(ScaleInputs inputs, int wanted, Random random)
    {
        var ready = new double[Math.Min(inputs.Workers, wanted)];
        var (there, decided) = (0, inputs.PollingSeconds);
        while (there < ready.Length)
        {
            var next = Math.Min(ready.Length, there == 0 ? 1 : Math.Max(4, 2 * there));
            for (; there < next; there++)
            {
                ready[there] = decided + ColdStart(inputs, random);
            }

            decided += StepSeconds;
        }

        return ready;
    }

    public static double ColdStart(ScaleInputs inputs, Random random) => inputs.ColdStartSeconds * LogNormal(Spread, random);

    /// <summary>A factor with mean 1.</summary>
    public static double LogNormal(double deviation, Random random)
    {
        if (deviation <= 0)
        {
            return 1;
        }

        var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return Math.Exp((deviation * normal) - (deviation * deviation / 2));
    }
}
