namespace AeServerless.Models.Golden;

/// <summary>What a check of one folder of golden data found.</summary>
/// <param name="Name">The folder, and the files that stood in for others.</param>
/// <param name="Checked">How many values, each a tensor or the result for a text, were compared.</param>
/// <param name="Failures">What was wrong, one line each.</param>
/// <param name="WorstError">The largest difference over the largest value of a tensor; 0 where results are compared exactly.</param>
/// <param name="Skipped">Why nothing was checked; null where it was.</param>
public sealed record GoldenCheck(string Name, int Checked, IReadOnlyList<string> Failures, double WorstError, string? Skipped = null)
{
    /// <summary>How many of the values that were compared are right.</summary>
    public int Passed => Checked - Failures.Count;

    /// <summary>One line for people.</summary>
    public override string ToString() => Skipped is null
        ? FormattableString.Invariant($"{Name}: {Passed} of {Checked} passed, worst error {WorstError:0.0e+0}")
        : $"{Name}: skipped, {Skipped}";
}
