namespace AeServerless.Bench;

/// <summary>How long some ways took in each of some rounds.</summary>
/// <param name="rounds">Seconds of each way. [rounds][ways]</param>
internal sealed class Timings(IReadOnlyList<double[]> rounds)
{
    /// <summary>Median seconds of a way.</summary>
    public double Seconds(int way) => Median(round => round[way]);

    /// <summary>
    /// How many times as long as <paramref name="right"/> the way <paramref name="left"/> takes: the median of the rounds' quotients, each
    /// of two times one after the other, since the machine's speed changes from round to round.
    /// </summary>
    public double Ratio(int left, int right) => Median(round => round[left] / round[right]);

    private double Median(Func<double[], double> number) => rounds.Select(number).Order().ElementAt(rounds.Count / 2);
}
