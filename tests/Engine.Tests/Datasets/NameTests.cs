using AeServerless.Engine.Datasets;
using AeServerless.Engine.IO;

namespace AeServerless.Engine.Tests.Datasets;

public sealed class NameTests
{
    [Theory]
    [InlineData("kjv")]
    [InlineData("kjv-2024.v2")]
    [InlineData("Größe 1")]
    public void DatasetName_OneFolder_IsKept(string name) => Assert.Equal(name, DatasetName.Validate(name));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a..b")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a\nb")]
    [InlineData("a\u0000")]
    [InlineData("kjv-*")]
    [InlineData(" a")]
    [InlineData("a.")]
    public void DatasetName_Hostile_Throws(string name)
    {
        var error = Assert.Throws<InvalidInputException>(() => DatasetName.Validate(name));

        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void DatasetName_LoneSurrogateOrTooLong_Throws()
    {
        Assert.Throws<InvalidInputException>(() => DatasetName.Validate("a" + (char)0xD800));
        Assert.Throws<InvalidInputException>(() => DatasetName.Validate(new string('a', 201)));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("models/kjv-gpt2/model.safetensors")]
    [InlineData("a/..b/c...")]
    public void BlobPath_Relative_IsKept(string path) => Assert.Equal(path, BlobPath.Validate(path));

    [Theory]
    [InlineData("")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData("a/../b")]
    [InlineData("..")]
    [InlineData("./a")]
    [InlineData("a\\b")]
    [InlineData("a\tb")]
    [InlineData("https://host/a")]
    public void BlobPath_Hostile_Throws(string path) => Assert.Throws<InvalidInputException>(() => BlobPath.Validate(path));

    [Fact]
    public void BlobFolder_WithOrWithoutSlash_EndsWithOne()
    {
        Assert.Equal("models/a/", BlobPath.ValidateFolder("models/a/"));
        Assert.Equal("models/a/", BlobPath.ValidateFolder("models/a"));
        Assert.Throws<InvalidInputException>(() => BlobPath.ValidateFolder("/"));
    }

    [Fact]
    public void TensorName_EveryLocationAndPass_ParsesBack()
    {
        foreach (var location in ActivationLocation.All)
        {
            foreach (var pass in Enum.GetValues<PassType>())
            {
                var name = new TensorName(location, pass, ActivationLocation.HasLayers(location) ? 11 : null);
                Assert.Equal(name, TensorNames.Parse(name.ToString(), "shard"));
            }
        }

        Assert.Equal("resid.post_mlp/backward/3", TensorNames.Format(ActivationLocation.ResidPostMlp, PassType.Backward, 3));
        Assert.Equal("resid.post_emb/forward/none", TensorNames.Format(ActivationLocation.ResidPostEmb, PassType.Forward, null));
    }

    [Theory]
    [InlineData("resid.post_mlp/backward", "must be {location}")]
    [InlineData("resid.mid/forward/0", "known are resid.post_emb, attn.q")]
    [InlineData("resid.post_mlp/sideways/0", "known are forward, backward")]
    [InlineData("resid.post_mlp/forward/none", "whole number")]
    [InlineData("resid.post_mlp/forward/-1", "whole number")]
    [InlineData("resid.post_mlp/forward/02", "whole number")]
    [InlineData("resid.post_mlp/forward/99999999999", "whole number")]
    [InlineData("resid.post_emb/forward/0", "has no layers")]
    public void TensorName_Malformed_SaysWhatIsRight(string name, string message) =>
        Assert.Contains(
            message, Assert.Throws<InvalidInputException>(() => TensorNames.Parse(name, "shard")).Message, StringComparison.Ordinal);
}
