using AeServerless.Engine.Recipes;
using AeServerless.Exports.Formats;

namespace AeServerless.Exports.Tests;

public sealed class FormatNameTests
{
    [Fact]
    public void Recipes_CanNameEveryFormat() =>
        Assert.Equal(RecipeNames.KnownExports, ExportFormats.All.Select(format => format.Name).Order(StringComparer.Ordinal));
}
