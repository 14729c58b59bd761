using AeServerless.Capture.Tokenization;
using AeServerless.Engine;
using AeServerless.Models.Tokenizers;
using CsCheck;

namespace AeServerless.Capture.Tests.Tokenization;

public sealed class TextSequencesTests
{
    private static readonly TextTokenizer Tokenizer = SampleTokenizer.Load();

    private static readonly Gen<string> Texts = Gen.Int[0, 7]
        .Select(index => (string[])["a", "the Lord", "\n", " ", "\n\n", "\r\n", " \n ", "é!"])
        .SelectMany(words => Gen.Int[0, words.Length - 1].Select(index => words[index])).Array[0, 60].Select(string.Concat);

    [Fact]
    public void Blocks_HaveTheTokensOfTheWholeText() => Gen.Select(Texts, Gen.Int[1, 12]).Sample((text, block) =>
    {
        using var reader = new StringReader(text);
        var blocks = TextBlocks.ReadAsync("text", reader, Tokenizer, CancellationToken.None, block).ToBlockingEnumerable().ToList();

        Assert.Equal(text, string.Concat(blocks));
        Assert.Equal(Tokenizer.Encode(text), blocks.SelectMany(part => Tokenizer.Encode(part)));
    });

    [Fact]
    public async Task Texts_AreCutEachOnItsOwn()
    {
        var sequences = await ReadAsync(4, " the the the the the the", " the");

        Assert.Equal([4, 2, 1], sequences.Select(sequence => sequence.Length));
        Assert.Equal(Tokenizer.Encode(" the the the the the the"), sequences.Take(2).SelectMany(ids => ids));
    }

    [Fact]
    public async Task InvalidUtf8_IsNamed()
    {
        var error = await Assert.ThrowsAsync<InvalidInputException>(async () =>
            await TextSequences.ReadAsync(
                [("a.txt", () => new MemoryStream([0x61, 0xFF, 0xFE]))], Tokenizer, 4,
                cancellationToken: TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken));

        Assert.Equal("a.txt: is not valid UTF-8 text", error.Message);
    }

    [Theory]
    [InlineData(0, new int[0])]
    [InlineData(3, new[] { 3 })]
    [InlineData(4, new[] { 4 })]
    [InlineData(5, new[] { 4, 1 })]
    [InlineData(100, new[] { 4, 2, 1 })]
    public async Task TakeTokens_EndsAfterThatMany(int tokens, int[] lengths)
    {
        var sequences = ReadAsync(4, " the the the the the the", " the");

        Assert.Equal(
            lengths, (
                await (await sequences).ToAsyncEnumerable().TakeTokensAsync(tokens).ToListAsync(
                    TestContext.Current.CancellationToken)).Select(sequence => sequence.Length));
    }

    private static async Task<List<int[]>> ReadAsync(int context, params string[] texts) => await TextSequences.ReadAsync(
        texts.Select((text, index) => ($"{index}", (Func<Stream>)(() => new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text))))),
        Tokenizer, context, cancellationToken: TestContext.Current.CancellationToken).ToListAsync();
}
