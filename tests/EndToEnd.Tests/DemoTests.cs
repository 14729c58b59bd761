using System.Text.RegularExpressions;

namespace AeServerless.EndToEnd.Tests;

public sealed partial class DemoTests
{
    [Fact]
    public async Task Demo_ShowsWhatTheLatentsOfAllAutoencodersDo()
    {
        var shown = await Cli.SucceedAsync(new Dictionary<string, string>(), "demo");

        Assert.Matches(Totals(), shown);
        Assert.Equal(3, Quality().Count(shown));
        Assert.Equal(30, Latent().Count(shown));
        Assert.Matches(@"the largest difference of the statistics is \d\.\de[-+]\d+ of their size", shown);
        Assert.Contains("[[", shown, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"24,576 tokens of kjv-demo, [\d,]+ tokens/s")]
    private static partial Regex Totals();

    [GeneratedRegex(@"layer 2: L0 [\d.]+, fraction of variance unexplained 0\.\d+")]
    private static partial Regex Quality();

    [GeneratedRegex(@"latent \d+: fires on [\d.]+ % of tokens, max [\d.]+")]
    private static partial Regex Latent();
}
