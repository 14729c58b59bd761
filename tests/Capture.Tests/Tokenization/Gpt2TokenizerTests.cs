using AeServerless.Capture.Tokenization;
using AeServerless.Engine;
using AeServerless.TestSupport;
using CsCheck;
using Rune = System.Text.Rune;

namespace AeServerless.Capture.Tests.Tokenization;

public sealed class Gpt2TokenizerTests
{
    private static readonly Gpt2Tokenizer Sample = SampleTokenizer.Load();

    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.Int[0, 0x10FFFF].Where(value => value is < 0xD800 or > 0xDFFF).Select(value => new Rune(value).ToString()),
        Const(" ", "  ", "\n", "\n\n", "\r\n", "\t", "'s", "'LL", "the", " The", "1914", "٣", "ſ", "é", "e\u0301", "日本", "👩‍👩‍👧", "\u00a0", "\u2003", "<|", "\u0000"))
        .Array[0, 20].Select(string.Concat);

    [Fact]
    public void AnyUnicode_DecodesToItself() => Texts.Sample(text => Assert.Equal(text, Sample.Decode(Sample.Encode(text))));

    [Fact]
    public void AnyUnicode_HasTheIdsOfPlainBytePairEncoding()
    {
        var plain = new PlainBytePairEncoding(File.ReadAllText(Repository.Sample("model/vocab.json")), File.ReadAllText(Repository.Sample("model/merges.txt")));

        Texts.Sample(text => Assert.Equal(plain.Encode(text), Sample.Encode(text)));
        var passage = File.ReadAllText(Repository.Sample("text/heldout.txt"))[..20_000];
        Assert.Equal(plain.Encode(passage), Sample.Encode(passage));
    }

    [Fact]
    public void KnownWords_HaveTheIdsOfTheirMerges()
    {
        // merges: t h, Ġ th, Ġth e, …: " the" is one token; 'Z' is only a byte.
        var ids = Sample.Encode("Z the");

        Assert.Equal(["Z", " the"], ids.Select(id => Sample.Decode([id])));
        Assert.Equal('Z' - '!', ids[0]);
    }

    [Fact]
    public void EndOfText_IsOneId()
    {
        Assert.Equal([1023], Sample.Encode(Gpt2Tokenizer.EndOfText));
        Assert.Equal(1023, Sample.Encode($"Amen.{Gpt2Tokenizer.EndOfText}And")[^2]);
        Assert.Equal($"Amen.{Gpt2Tokenizer.EndOfText}And", Sample.Decode(Sample.Encode($"Amen.{Gpt2Tokenizer.EndOfText}And")));
    }

    [Fact]
    public void CutCharacter_DecodesToReplacement()
    {
        var ids = Sample.Encode("日");

        Assert.Contains('\uFFFD', Sample.Decode(ids.Take(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Sample.Decode([1024]));
    }

    [Theory]
    [InlineData("[]", "", "m/vocab.json: is not an object of token to id")]
    [InlineData("{\"a\":0,\"a\":1}", "", "m/vocab.json: is not an object of token to id")]
    [InlineData("{\"a\":1}", "", "m/vocab.json: gives 'a' the id 1; ids must be 0 to 0")]
    [InlineData("{\"a\":0}", "", "m/vocab.json: lacks '")]
    [InlineData(null, "#version: 0.2\nt h e\n", "m/merges.txt, line 2: is 't h e'; two tokens")]
    [InlineData(null, "t h\n", "m/merges.txt, line 1: has 'th', which vocab.json lacks")]
    [InlineData(null, "t h\n\nt h\n", "m/merges.txt, line 3: repeats line 1: 't h'", "th")]
    public void MalformedFiles_AreNamed(string? vocabulary, string merges, string message, params string[] tokens)
    {
        var bytes = string.Join(",", ByteAlphabetOf().Select(c => c.ToString()).Concat(tokens)
            .Select((token, index) => $"{System.Text.Json.JsonSerializer.Serialize(token)}:{index}"));

        var error = Assert.Throws<InvalidInputException>(() => Create(vocabulary ?? $"{{{bytes}}}", merges));

        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    private static Gen<string> Const(params string[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static IEnumerable<char> ByteAlphabetOf() => PlainBytePairEncoding.Alphabet;

    private static Gpt2Tokenizer Create(string vocabulary, string merges) =>
        Gpt2Tokenizer.Create(System.Text.Encoding.UTF8.GetBytes(vocabulary), System.Text.Encoding.UTF8.GetBytes(merges), "m");
}
