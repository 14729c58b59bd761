using AeServerless.Cli.Capture;
using AeServerless.Engine;

namespace AeServerless.Cli.Tests.Capture;

public sealed class LayerListTests
{
    [Fact]
    public void All_IsNoList() => Assert.Null(LayerList.Parse("all"));

    [Theory]
    [InlineData("3", new[] { 3 })]
    [InlineData("2-4,0", new[] { 0, 2, 3, 4 })]
    [InlineData("1,1-2", new[] { 1, 2 })]
    public void NumbersAndRanges_AreAscendingAndEachOnce(string text, int[] layers) => Assert.Equal(layers, LayerList.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("4-2")]
    [InlineData("1-2-3")]
    [InlineData("-1")]
    [InlineData("1,x")]
    public void AnythingElse_IsRefusedByName(string text) =>
        Assert.StartsWith(
            $"--layers {text}: ", Assert.Throws<InvalidInputException>(() => LayerList.Parse(text)).Message, StringComparison.Ordinal);
}
