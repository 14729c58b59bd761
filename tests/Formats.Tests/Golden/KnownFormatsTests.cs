using AeServerless.Engine.Recipes;

namespace AeServerless.Formats.Tests.Golden;

public sealed class KnownFormatsTests
{
    [Fact]
    public void FormatsThatRecipesName_AreThoseThatAreRead() => Assert.Equal(
        AutoencoderFormats.All.Select(format => format.Name).Concat(["auto", "ae-serverless"]).Order(StringComparer.Ordinal),
        AutoencoderReference.KnownFormats.Order(StringComparer.Ordinal));
}
