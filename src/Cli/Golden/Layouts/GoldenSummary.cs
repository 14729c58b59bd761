using System.Globalization;

namespace AeServerless.Cli.Golden.Layouts;

/// <summary>How a folder of golden data of any layout compared.</summary>
/// <param name="Checked">Keys that were compared.</param>
/// <param name="Failures">What failed, one line each.</param>
/// <param name="Skipped">What was not compared, and why.</param>
/// <param name="Worst">The largest error, and of what; null where nothing was compared.</param>
internal sealed record GoldenSummary(
    int Checked, IReadOnlyList<string> Failures, IReadOnlyList<string> Skipped, (double Error, string Key)? Worst)
{
    public string Describe(string folder)
    {
        var worst = Worst is { } one ? string.Create(CultureInfo.InvariantCulture, $"{one.Error:0.0e+0} ({one.Key})") : "none";
        return $"{folder}: {Checked} keys checked, {Checked - Failures.Count} passed, {Failures.Count} failed, worst error {worst}";
    }
}
