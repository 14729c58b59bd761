using System.Text;
using System.Text.Json;
using AeServerless.Models.Configuration;
using AeServerless.Models.Families;

namespace AeServerless.Models.Tests.Configuration;

public sealed class ConfigDefaultsTests
{
    public static TheoryData<string> Types()
    {
        using var defaults = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(GoldenData.Models, "config-defaults.json")));
        return [.. defaults.RootElement.EnumerateObject().Select(family => family.Name)];
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void EmptyConfiguration_MeansTheFamilysDefaults(string type)
    {
        using var defaults = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(GoldenData.Models, "config-defaults.json")));
        var stated = defaults.RootElement.GetProperty(type).GetRawText();
        var empty = Read($$"""{"model_type":"{{type}}"}""");
        AssertSame(Read(stated), empty);
    }

    [Fact]
    public void MultimodalConfiguration_WithoutTextModelsFields_MeansItsDefaults()
    {
        var text = Read("""{"model_type":"gemma3_text"}""");
        AssertSame(text with { ModelType = "gemma3" }, Read("""{"model_type":"gemma3"}"""));
        AssertSame(text with { ModelType = "gemma3" }, Read("""{"model_type":"gemma3","text_config":{"model_type":"gemma3_text"}}"""));
    }

    private static Architecture Read(string json) => ModelFamilies.Read(Encoding.UTF8.GetBytes(json), "config.json").Architecture;

    private static void AssertSame(Architecture expected, Architecture actual)
    {
        Assert.Equal(expected with { Layers = [] }, actual with { Layers = [] });
        Assert.Equal(expected.Layers.Count, actual.Layers.Count);
        foreach (var (one, other) in expected.Layers.Zip(actual.Layers))
        {
            Assert.Equal(one with { Rope = null }, other with { Rope = null });
            Assert.Equal(one.Rope?.InverseFrequencies, other.Rope?.InverseFrequencies);
        }
    }
}
