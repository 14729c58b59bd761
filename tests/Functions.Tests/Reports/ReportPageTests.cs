using System.Text;
using AeServerless.Engine.Results.Summary;
using AeServerless.Functions.Finishing;

namespace AeServerless.Functions.Tests.Finishing;

public sealed class ReportPageTests
{
    [Fact]
    public void Summary_IsShownWithThePeakMarked()
    {
        var page = Render(["In the ", "beginning", " God"]);

        Assert.Contains("<h1>latents over kjv</h1>", page, StringComparison.Ordinal);
        Assert.Contains("In the <mark>beginning</mark> God", page, StringComparison.Ordinal);
        Assert.Contains("<td>30.5</td>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutTexts_TokensAreShownById() => Assert.Contains("5 <mark>6 </mark>7 ", Render(texts: null), StringComparison.Ordinal);

    [Fact]
    public void TextOfTheDataset_IsNeverMarkup()
    {
        var page = Render(["<script>", "\"&'", "</mark>"], dataset: "<img>");

        Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<img>", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", page, StringComparison.Ordinal);
    }

    private static string Render(string[]? texts, string dataset = "kjv")
    {
        var example = new ExampleSummary(
            Value: 2.5f, Sequence: 3, Shard: 0, ShardSequence: 3, Position: 11, Token: 6, new ExampleContext(
                FirstPosition: 10, [5, 6, 7], texts));
        var scalar = new LatentScalarSummary("latents", "mlp_autoencoder_latent", 4, 0.25, 0.1, 0.2, 2.5f, 0, [example], []);
        var autoencoder = new AutoencoderSummary("mlp", 2, 16, 0, 30.5, 0.1, 0.23, 3, "latents", [new LatentSummary(7, [scalar])]);
        return Encoding.UTF8.GetString(ReportPage.Render(new RunSummary(dataset, "latents", Sequences: 2, Tokens: 16, [autoencoder], [])));
    }
}
