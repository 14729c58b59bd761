using System.Text;
using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Results.Summary;
using AeServerless.Engine.Results.Views;
using AeServerless.Functions.Reports;
using AeServerless.Functions.Views;

namespace AeServerless.Functions.Tests.Reports;

public sealed class ReportPageTests
{
    [Fact]
    public void Summary_IsShownWithThePeakMarked()
    {
        var page = Render(["In the ", "beginning", " God"]);

        Assert.Contains("<h1>latents over kjv</h1>", page, StringComparison.Ordinal);
        Assert.Contains("In the <mark class=\"p9\" title=\"2.5\">beginning</mark> God", page, StringComparison.Ordinal);
        Assert.Contains("<td>30.5</td>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutTexts_TokensAreShownById() => Assert.Contains(
        "5 <mark class=\"p9\" title=\"2.5\">6 </mark>7 ", Render(texts: null), StringComparison.Ordinal);

    [Fact]
    public void TextOfTheDataset_IsNeverMarkup()
    {
        var page = Render(["<script>", "\"&'", "</mark>"], dataset: "<img>");

        Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<img>", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", page, StringComparison.Ordinal);
    }

    [Fact]
    public void ControlCharactersAndRightToLeftText_StayInTheirPlace()
    {
        var page = Render(["a\u0007b\n", "\u202Eevil", "שלום"]);

        Assert.Contains("a\uFFFDb↵", page, StringComparison.Ordinal);
        Assert.Contains("<bdi>\u202Eevil</bdi>", page, StringComparison.Ordinal);
        Assert.Contains("<bdi>שלום</bdi>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void ALargeRun_StaysBelowFiveMegabytes()
    {
        string[] texts = [.. Enumerable.Range(0, 25).Select(i => $"<long text {i}>")];
        var page = Render(texts, latents: 100, autoencoders: 12, examples: 5);

        Assert.InRange(Encoding.UTF8.GetByteCount(page), 1_000_000, ReportPage.MaxBytes);
        Assert.Equal(12, page.Split("<h2>").Length - 1);
    }

    [Fact]
    public void ThePage_NeedsNothingElse()
    {
        var page = Render(["In the ", "beginning", " God"]);

        Assert.DoesNotContain("src=", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<link", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http", page, StringComparison.Ordinal);
        Assert.Contains("<svg", page, StringComparison.Ordinal);
    }

    private static string Render(string[]? texts, string dataset = "kjv", int latents = 1, int autoencoders = 1, int examples = 1)
    {
        var example = new ExampleSummary(
            Value: 2.5f, Sequence: 3, Shard: 0, ShardSequence: 3, Position: 11, Token: 6, new ExampleContext(
                FirstPosition: 10, [.. Enumerable.Range(5, texts?.Length ?? 3).Select(id => (long)id)], texts));
        var scalar = new LatentScalarSummary(
            "latents", "mlp_autoencoder_latent", 4, 0.25, 0.1, 0.2, 2.5f, 0, [.. Enumerable.Repeat(example, examples)], [])
        {
            Positive = [0, 3, 1],
            Random = [.. Enumerable.Repeat(example, examples)],
        };
        LatentSummary[] told = [.. Enumerable.Range(7, latents).Select(latent => new LatentSummary(latent, [scalar]))];
        AutoencoderSummary[] all =
        [
            .. Enumerable.Range(0, autoencoders).Select(layer => new AutoencoderSummary(
                "mlp", layer, 16, 0, 30.5, 0.1, 0.23, 3, "latents", [.. told.Take(1)])
            {
                Reported = told,
                ByStrength = [7],
                Distribution = new LatentDistribution([0, 1, 2, float.PositiveInfinity], [0.25f, 0], [0.1f, 0])
                {
                    ActiveByPosition = [1, 2],
                },
            }),
        ];
        var views = new RunViews(
            null, new Dictionary<AutoencoderKey, LogitTable>(), new Dictionary<AutoencoderKey, CoactiveLatents>(),
            new Dictionary<AutoencoderKey, ContextValues>());
        return Encoding.UTF8.GetString(ReportPage.Render(new RunSummary(dataset, "latents", Sequences: 2, Tokens: 16, all, []), views));
    }
}
