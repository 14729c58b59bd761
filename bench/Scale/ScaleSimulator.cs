namespace AeServerless.Bench.Scale;

/// <summary>
/// Predicts a dataset: run after run, each of at most <see cref="ScaleInputs.RunChunks"/> chunks, the workers staying from one to the next.
/// </summary>
public static class ScaleSimulator
{
    /// <summary>
    /// Simulates. A dataset of many equal runs is one cold, one warm and the last; what is between is the warm one again.
    /// </summary>
    public static ScalePrediction Predict(ScaleInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs.Tokens, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs.Workers, 1);
        var random = new Random(inputs.Seed);
        var runs = (int)((inputs.Chunks + inputs.RunChunks - 1) / inputs.RunChunks);
        var last = (int)(inputs.Chunks - ((long)(runs - 1) * inputs.RunChunks));
        var total = new Sum();

        var arrivals = Arrivals.Draw(inputs, (int)Math.Min(inputs.Chunks, int.MaxValue), random);
        total.Add(Simulate(inputs, runs == 1 ? last : inputs.RunChunks, arrivals, random), times: 1);
        var warm = new double[arrivals.Length];
        if (runs > 2)
        {
            total.Add(Simulate(inputs, inputs.RunChunks, warm, random), times: runs - 2);
        }

        if (runs > 1)
        {
            total.Add(Simulate(inputs, last, warm, random), times: 1);
        }

        // A replica is paid for from the decision to start it until it has been idle for the cooldown.
        var paid = arrivals.Sum(
            ready => total.Seconds + inputs.CooldownSeconds - Math.Max(0, Math.Min(ready, total.Seconds) - inputs.ColdStartSeconds));
        return new ScalePrediction(total.Seconds, paid, total.Busy / paid, total.Actions, total.Merges, total.Recomputed, runs);
    }

    private static (double Seconds, RunSimulation Run) Simulate(ScaleInputs inputs, int chunks, double[] arrivals, Random random)
    {
        var run = new RunSimulation(inputs, chunks, random);
        return (run.Run(arrivals), run);
    }

    private sealed class Sum
    {
        public double Seconds { get; private set; }

        public double Busy { get; private set; }

        public long Actions { get; private set; }

        public long Merges { get; private set; }

        public long Recomputed { get; private set; }

        public void Add((double Seconds, RunSimulation Run) result, int times)
        {
            Seconds += times * result.Seconds;
            Busy += times * result.Run.BusySeconds;
            Actions += times * result.Run.Actions;
            Merges += times * result.Run.Merges;
            Recomputed += times * result.Run.Recomputed;
        }
    }
}
