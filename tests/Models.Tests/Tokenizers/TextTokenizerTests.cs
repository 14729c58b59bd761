using System.Text;
using AeServerless.Engine;
using AeServerless.Models.Tokenizers;
using AeServerless.Models.Weights;
using AeServerless.TestSupport;

namespace AeServerless.Models.Tests.Tokenizers;

public sealed class TextTokenizerTests
{
    [Fact]
    public async Task BrokenUnicode_IsRefused()
    {
        using var tokenizer = await LoadAsync("gpt2");
        Assert.Throws<InvalidInputException>(() => tokenizer.Encode("a\ud800b"));
        Assert.Throws<InvalidInputException>(() => tokenizer.Decode([100_000]));
    }

    // An endless run of spaces sends the expression back more often than the library bears, which would end the process.
    [Fact]
    public async Task RunOfSpacesThatTheLibraryCantTake_IsRefused()
    {
        using var tokenizer = await LoadAsync("llama3");
        Assert.Throws<InvalidInputException>(() => tokenizer.Encode(new string(' ', 12_000_000)));
    }

    [Theory]
    [InlineData("(a+)+c")]
    [InlineData("(?:a*)*")]
    [InlineData(@"\w+\s*\d+x")]
    [InlineData(@"(a)\1")]
    [InlineData("[a")]
    [InlineData("(a")]
    public void CostlyExpression_IsRefused(string pattern)
    {
        var error = Assert.Throws<InvalidInputException>(() => Parse(pattern));
        Assert.Contains("regular expression", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(@"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")]
    [InlineData(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")]
    [InlineData(@"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{M}]*[\p{Ll}\p{M}]+(?i:'s|'t)?|\p{N}{1,3}|\s*[\r\n]+|\s+(?!\S)|\s+")]
    public void PublishedExpression_IsRead(string pattern)
    {
        using var tokenizer = Parse(pattern);
        Assert.NotEmpty(tokenizer.Encode("ab  ab"));
    }

    [Theory]
    [InlineData("\"decoder\":{\"type\":\"Strip\",\"content\":\" \",\"start\":1,\"stop\":1}", "stop")]
    [InlineData("\"normalizer\":{\"type\":\"Precompiled\",\"precompiled_charsmap\":\"AAAA\"}", "Precompiled")]
    [InlineData("\"normalizer\":{\"type\":\"Replace\",\"pattern\":{\"String\":\"\"},\"content\":\"x\"}", "pattern")]
    [InlineData("\"pre_tokenizer\":{\"type\":\"FixedLength\",\"length\":0}", "FixedLength")]
    public void ComponentThatMayEndTheProcess_IsRefused(string component, string named)
    {
        var json = $$"""{"model":{"type":"WordLevel","vocab":{"a":0},"unk_token":"a"},{{component}}}""";
        var error = Assert.Throws<InvalidInputException>(() => TextTokenizer.Parse(Encoding.UTF8.GetBytes(json), "tokenizer.json"));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SubwordPrefixThatAMergeLacks_IsRefused()
    {
        const string json = """
            {"model":{"type":"BPE","vocab":{"a":0,"b":1,"ab":2},"merges":[["a","b"]],"unk_token":"a","continuing_subword_prefix":"##é"} }
            """;
        Assert.Throws<InvalidInputException>(() => TextTokenizer.Parse(Encoding.UTF8.GetBytes(json), "tokenizer.json"));
    }

    [Theory]
    [InlineData("{}", new[] { 64, 267 })]
    [InlineData("{\"add_bos_token\":true}", new[] { 637, 64, 267 })]
    [InlineData("{\"add_bos_token\":true,\"tokenizer_class\":\"GPT2Tokenizer\"}", new[] { 637, 64, 267 })]
    [InlineData("{\"add_bos_token\":false}", new[] { 64, 267 })]
    [InlineData("{\"add_prefix_space\":true}", new[] { 259, 267 })]
    public async Task OlderFiles_TakeBosAndPrefixSpaceFromTheirConfiguration(string config, int[] ids)
    {
        using var folder = new TemporaryFolder();
        foreach (var file in (string[])["vocab.json", "merges.txt"])
        {
            File.Copy(Path.Combine(GoldenData.Tokenizer("gpt2"), file), folder.File(file));
        }

        await File.WriteAllTextAsync(folder.File("tokenizer_config.json"), config, TestContext.Current.CancellationToken);
        using var tokenizer = await TextTokenizer.LoadAsync(new ModelFolder(folder.Path), TestContext.Current.CancellationToken);
        Assert.Equal(ids, tokenizer.Encode("a b"));
    }

    [Fact]
    public async Task ConcurrentTexts_GiveTheSameIds()
    {
        using var tokenizer = await LoadAsync("gemma");
        var text = string.Join(' ', Enumerable.Repeat("In the beginning", 200));
        var expected = tokenizer.Encode(text);
        Parallel.For(0, 32, _ => Assert.Equal(expected, tokenizer.Encode(text)));
    }

    private static Task<TextTokenizer> LoadAsync(string name) =>
        TextTokenizer.LoadAsync(new ModelFolder(GoldenData.Tokenizer(name)), TestContext.Current.CancellationToken);

    private static TextTokenizer Parse(string pattern)
    {
        var regex = System.Text.Json.JsonSerializer.Serialize(pattern);
        var json = $$"""
            {"model":{"type":"WordLevel","vocab":{"a":0},"unk_token":"a"},
             "pre_tokenizer":{"type":"Split","pattern":{"Regex":{{regex}}},"behavior":"Isolated","invert":false} }
            """;
        return TextTokenizer.Parse(Encoding.UTF8.GetBytes(json), "tokenizer.json");
    }
}
