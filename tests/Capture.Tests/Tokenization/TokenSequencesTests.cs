using AeServerless.Capture.Tokenization;
using AeServerless.Engine;

namespace AeServerless.Capture.Tests.Tokenization;

public sealed class TokenSequencesTests
{
    [Fact]
    public async Task WordsAndJsonArrays_AreRead()
    {
        var sequences = await ReadAsync("1 2  3\r\n\n[4, 5]\n\t6\n");

        Assert.Equal([[1, 2, 3], [4, 5], [6]], sequences);
    }

    [Theory]
    [InlineData("1 2\n3 x", "ids, line 2: has 'x'")]
    [InlineData("1 -2", "ids, line 1: has '-2'")]
    [InlineData("[1, 2", "ids, line 1: is not a JSON array of token ids")]
    [InlineData("[1.5]", "ids, line 1: is not a JSON array of token ids")]
    [InlineData("[]", "ids, line 1: has no ids")]
    [InlineData("1\n2\n[10]", "ids, line 3: has the id 10; the model knows 0 to 9")]
    [InlineData("[-1]", "ids, line 1: has the id -1")]
    [InlineData("1 2 3 4 5", "ids, line 1: has 5 tokens; the model takes at most 4")]
    public async Task WrongLine_IsNamed(string text, string message)
    {
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => ReadAsync(text));

        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    private static async Task<List<int[]>> ReadAsync(string text)
    {
        using var reader = new StringReader(text);
        return await TokenSequences.ReadAsync("ids", reader, vocabulary: 10, positions: 4).ToListAsync();
    }
}
