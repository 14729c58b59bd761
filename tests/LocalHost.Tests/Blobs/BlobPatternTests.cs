using AeServerless.LocalHost.Blobs;

namespace AeServerless.LocalHost.Tests.Blobs;

public sealed class BlobPatternTests
{
    [Theory]
    [InlineData("activations/{dataset}/manifest.json", "kjv/manifest.json", "kjv")]
    [InlineData("activations/{dataset}/manifest.json", "a/b/manifest.json", null)]
    [InlineData("activations/{dataset}/manifest.json", "/manifest.json", null)]
    [InlineData("activations/{dataset}/manifest.json", "kjv/manifest.json.bak", null)]
    [InlineData("activations/{dataset}/manifest.json", "kjv/manifestxjson", null)]
    [InlineData("c/in-{dataset}.json", "in-a.b.json", "a.b")]
    public void Pattern_MatchesWithinASegment(string path, string blob, string? dataset) =>
        Assert.Equal(dataset, BlobPattern.Parse(path).Match(blob)?["dataset"]);

    [Fact]
    public void Prefix_IsWhatStandsBeforeTheFirstName()
    {
        var pattern = BlobPattern.Parse("c/runs/{a}/{b}.json");
        Assert.Equal(("c", "runs/"), (pattern.Container, pattern.Prefix));
        Assert.Equal(["a", "b"], pattern.Names);
    }

    [Theory]
    [InlineData("container")]
    [InlineData("/blob")]
    [InlineData("container/")]
    [InlineData("{container}/blob")]
    [InlineData("c/{a}/{a}")]
    [InlineData("c/{a")]
    [InlineData("c/{}")]
    [InlineData("c/{a-b}")]
    public void BadPattern_Throws(string path) => Assert.Throws<FormatException>(() => BlobPattern.Parse(path));
}
