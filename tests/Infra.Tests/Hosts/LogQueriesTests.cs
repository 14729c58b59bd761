using System.Text.RegularExpressions;

namespace AeServerless.Infra.Tests.Hosts;

public sealed partial class LogQueriesTests
{
    public static TheoryData<string> Searched =>
        [.. Text().Matches(Repository.Read("docs/azure.md")).Select(match => match.Groups[1].Value).Distinct(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Searched))]
    public void SearchedText_IsLogged(string text) =>
        Assert.Contains(AppCode.LogMessages, message => message.Contains(text, StringComparison.Ordinal));

    [Theory]
    [InlineData("is done:", "Run {RunId} is done: {Chunks} chunks ({Computed} computed), {Tokens} tokens, {TokensPerSecond:F0} tokens/s")]
    [InlineData("can't be computed:", "Chunk {Group}/{Chunk} of {RunId} can't be computed: {Reason}")]
    public void ParsedLine_IsLoggedAsItIsParsed(string text, string message)
    {
        var logged = Assert.Single(AppCode.LogMessages, each => each.Contains(text, StringComparison.Ordinal));

        Assert.Equal(message, logged);
    }

    [GeneratedRegex("Log has \"([^\"]+)\"")]
    private static partial Regex Text();
}
