using AeServerless.Cli.Capture;
using AeServerless.Engine;
using AeServerless.TestSupport;

namespace AeServerless.Cli.Tests.Capture;

/// <summary>Files of a model that are not read are refused by their names.</summary>
public sealed class ModelFilesTests
{
    [Theory]
    [InlineData("model.safetensors.index.json", "save_pretrained")]
    [InlineData("model-00001-of-00002.safetensors", "save_pretrained")]
    [InlineData("pytorch_model.bin", "safe_serialization")]
    [InlineData("pytorch_model.bin.index.json", "safe_serialization")]
    public void WeightsThatAreNotRead_AreNamedWithWhatWouldDo(string file, string remedy)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File(file), "");

        var error = Assert.Throws<InvalidInputException>(() => ModelFiles.RequireWeights(folder.Path));

        Assert.StartsWith(folder.File(file), error.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TokenizerJsonAlone_IsNamedWithWhatWouldDo()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("tokenizer.json"), "{}");

        var error = Assert.Throws<InvalidInputException>(() => ModelFiles.RequireTokenizer(folder.Path));

        Assert.StartsWith(folder.File("tokenizer.json"), error.Message, StringComparison.Ordinal);
        Assert.Contains("vocab.json and merges.txt", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NoWeightsAtAll_NamesTheFileThatIsRead()
    {
        using var folder = new TemporaryFolder();

        var error = Assert.Throws<InvalidInputException>(() => ModelFiles.RequireWeights(folder.Path));

        Assert.StartsWith(folder.File("model.safetensors"), error.Message, StringComparison.Ordinal);
    }
}
