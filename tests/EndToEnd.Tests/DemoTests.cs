using System.Text.RegularExpressions;

namespace AeServerless.EndToEnd.Tests;

public sealed partial class DemoTests
{
    [Fact]
    public async Task Demo_ShowsWhatTheLatentsOfAllAutoencodersDo()
    {
        var shown = await Cli.SucceedAsync(new Dictionary<string, string>(), "demo");

        Assert.Matches(Totals(), shown);
        Assert.Equal(6, Quality().Count(shown));
        Assert.Equal(2, Published().Count(shown));
        Assert.Equal(6, Latent().Count(shown));
        Assert.Matches(@"the largest difference of the statistics is \d\.\de[-+]\d+ of their size", shown);
        Assert.Contains("[[", shown, StringComparison.Ordinal);
        var report = new FileInfo(ReportPath().Match(shown).Groups[1].Value);
        Assert.EndsWith(report.FullName, shown.TrimEnd(), StringComparison.Ordinal);
        Assert.InRange(report.Length, 100_000, 5_000_000);
    }

    [GeneratedRegex(@"What the latents do, with plots, is in (.+report\.html)")]
    private static partial Regex ReportPath();

    [GeneratedRegex(@"24,576 tokens of kjv-demo, [\d,]+ tokens/s")]
    private static partial Regex Totals();

    [GeneratedRegex(@"layer 2: L0 [\d.]+( \([\d.]+ published\))?, fraction of variance unexplained 0\.\d+")]
    private static partial Regex Quality();

    [GeneratedRegex(@"(stream|heads), layer 2: L0 [\d.]+ \(24\.0 published\)")]
    private static partial Regex Published();

    [GeneratedRegex(@"latent \d+: fires on [\d.]+ % of tokens, max [\d.]+")]
    private static partial Regex Latent();
}
