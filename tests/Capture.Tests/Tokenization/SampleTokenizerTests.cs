using AeServerless.Engine;
using AeServerless.Models.Tokenizers;
using AeServerless.Models.Weights;
using AeServerless.TestSupport;
using CsCheck;
using Rune = System.Text.Rune;

namespace AeServerless.Capture.Tests.Tokenization;

public sealed class SampleTokenizerTests
{
    private const string EndOfText = "<|endoftext|>";

    private static readonly TextTokenizer Sample = SampleTokenizer.Load();

    // Letters, digits, symbols and marks that every version of Unicode in use agrees on.
    private static readonly (int First, int Last)[] Planes =
    [
        (0, 0xFFFF), (0x10330, 0x1034A), (0x11A00, 0x11A47), (0x1D400, 0x1D7FF), (0x1F300, 0x1F64F), (0x20000, 0x2A6DF),
        (0xE0100, 0x10FFFF),
    ];

    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.OneOf([.. Planes.Select(plane => Gen.Int[plane.First, plane.Last])]).Where(value => value is < 0xD800 or > 0xDFFF)
            .Select(value => new Rune(value).ToString()),
        Const(
            " ", "  ", "\n", "\n\n", "\r\n", "\t", "'s", "'LL", "the", " The", "1914", "٣", "ſ", "é", "e\u0301", "日本", "👩‍👩‍👧", "\u00a0",
            "\u2003", "<|", "\u0000"))
        .Array[0, 20].Select(string.Concat);

    [Fact]
    public void AnyUnicode_DecodesToItself() =>
        Texts.Sample(text => Assert.Equal(text, Sample.Decode(Sample.Encode(text), specialTokens: true)));

    [Fact]
    public void AnyUnicode_HasTheIdsOfPlainBytePairEncoding()
    {
        var plain = new PlainBytePairEncoding(
            File.ReadAllText(Repository.Sample("model/vocab.json")), File.ReadAllText(Repository.Sample("model/merges.txt")));

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
        Assert.Equal([1023], Sample.Encode(EndOfText));
        Assert.Equal(1023, Sample.Encode($"Amen.{EndOfText}And")[^2]);
        Assert.Equal($"Amen.{EndOfText}And", Sample.Decode(Sample.Encode($"Amen.{EndOfText}And"), specialTokens: true));
    }

    [Fact]
    public void CutCharacter_DecodesToReplacement()
    {
        var ids = Sample.Encode("日");

        Assert.Contains('\uFFFD', Sample.Decode([ids[0]]));
        Assert.Throws<InvalidInputException>(() => Sample.Decode([1024]));
    }

    [Theory]
    [InlineData("[]", "", "vocab.json: ")]
    [InlineData("{\"a\":0,\"a\":1}", "", "vocab.json: ")]
    [InlineData("{\"a\":0}", "", "lacks '")]
    [InlineData(null, "#version: 0.2\nt h e\n", "merges.txt, line 2: is 't h e'; two tokens")]
    [InlineData(null, "t h\n", "has 'th', which the vocabulary lacks")]
    [InlineData(null, "t h\n\nt h\n", "repeats merges[0], 't' and 'h'", "th")]
    public async Task MalformedFiles_AreNamed(string? vocabulary, string merges, string message, params string[] tokens)
    {
        var bytes = string.Join(",", ByteAlphabetOf().Select(c => c.ToString()).Concat(tokens)
            .Select((token, index) => $"{System.Text.Json.JsonSerializer.Serialize(token)}:{index}"));

        var error = await Assert.ThrowsAsync<InvalidInputException>(() => CreateAsync(vocabulary ?? $"{{{bytes}}}", merges));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    // The vocabulary's merges cross the boundary between pieces where letters and digits beyond U+FFFF are not taken for what they are.
    [Theory]
    [InlineData("b\U0001D400", new[] { 256, 157, 144, 128 })]
    [InlineData("!\U0001D400", new[] { 33, 240, 157, 144, 128 })]
    [InlineData("1\U0001D7CF", new[] { 258, 157, 159, 143 })]
    [InlineData("\U0001D400\U0001F600", new[] { 240, 157, 144, 128, 240, 159, 152, 128 })]
    [InlineData("b\U00020000", new[] { 256, 160, 128, 128 })]
    public async Task LettersAndDigitsBeyondTheBasicPlane_AreLettersAndDigits(string text, int[] ids)
    {
        string[] added = ["bð", "!ð", "1ð", "Ģð"];
        var vocabulary = PlainBytePairEncoding.Alphabet.Select((character, value) => (Token: character.ToString(), value))
            .Concat(added.Select((token, index) => (token, 256 + index))).ToDictionary(pair => pair.Item1, pair => pair.Item2);
        using var tokenizer = await CreateAsync(
            System.Text.Json.JsonSerializer.Serialize(vocabulary), string.Concat(added.Select(token => $"{token[0]} {token[1]}\n")));

        Assert.Equal(ids, tokenizer.Encode(text));
    }

    [Fact(Timeout = 60_000)]
    public async Task LongPiece_TakesTimeInProportion()
    {
        var letters = new char[1_000_000];
        var state = 1u;
        for (var i = 0; i < letters.Length; i++)
        {
            state = state * 1_103_515_245 + 12_345;
            letters[i] = (char)('a' + (state >> 16) % 26);
        }

        var ids = await Task.Run(() => Sample.Encode(new string(letters)), TestContext.Current.CancellationToken);

        Assert.Equal(new string(letters), Sample.Decode(ids));
    }

    private static Gen<string> Const(params string[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static IEnumerable<char> ByteAlphabetOf() => PlainBytePairEncoding.Alphabet;

    private static async Task<TextTokenizer> CreateAsync(string vocabulary, string merges)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("vocab.json"), vocabulary, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(folder.File("merges.txt"), merges, TestContext.Current.CancellationToken);
        return await TextTokenizer.LoadAsync(new ModelFolder(folder.Path), TestContext.Current.CancellationToken);
    }
}
