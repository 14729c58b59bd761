using System.Text.RegularExpressions;
using AeServerless.Robustness.Tests.Runs;
using AeServerless.TestSupport;

namespace AeServerless.Robustness.Tests.Errors;

/// <summary>docs/errors.md and the product say the same: every row can be provoked, and every case is a row.</summary>
public sealed partial class ErrorTests(StorageFixture storage, ErrorTests.Hosted hosted) : IClassFixture<ErrorTests.Hosted>
{
    private static readonly string Page = Path.Combine(RepositoryRoot.Path, "docs", "errors.md");

    private static readonly IReadOnlyDictionary<string, ErrorCase> Cases =
        new[] { RequestErrors.All, DatasetErrors.All, RecipeErrors.All, SettingErrors.All }.SelectMany(cases => cases).ToDictionary(
            item => item.What);

    private static readonly IReadOnlyDictionary<string, ErrorSeen> Rows = ReadRows();

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Error_IsShownAsDocumented(string what)
    {
        var seen = await Cases[what].Provoke(new ErrorStage(hosted.Host.Client, storage), TestContext.Current.CancellationToken);

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"| {what} | {seen.Answer} | {seen.Message.Replace("|", "\\|", StringComparison.Ordinal)} |");
        Assert.True(Rows.TryGetValue(what, out var row), $"docs/errors.md has no row for: {what}");
        Assert.Equal(row.Answer, seen.Answer);
        Assert.Matches($"^{Regex.Escape(row.Message).Replace("…", ".*", StringComparison.Ordinal)}$", seen.Message);
        Assert.DoesNotMatch(@"\p{C}", seen.Message);
    }

    [Fact]
    public void EveryRow_IsACase() => Assert.Empty(Rows.Keys.Except(Cases.Keys));

    private static Dictionary<string, ErrorSeen> ReadRows() => File.ReadLines(Page)
        .Select(line => Row().Match(line))
        .Where(match => match.Success && match.Groups[2].Value is not ("Answer" or "---"))
        .ToDictionary(
            match => match.Groups[1].Value,
            match => new ErrorSeen(match.Groups[2].Value, match.Groups[3].Value.Replace("\\|", "|", StringComparison.Ordinal)));

    [GeneratedRegex(@"^\| (.+?) \| (.+?) \| (.*) \|$")]
    private static partial Regex Row();

    /// <summary>A host that nothing disturbs.</summary>
    public sealed class Hosted(StorageFixture storage) : IAsyncLifetime
    {
        internal RestartableApp Host { get; } = new("errors");

        public async ValueTask InitializeAsync() =>
            await Host.StartAsync(storage.Azurite.ConnectionString, TestContext.Current.CancellationToken);

        public ValueTask DisposeAsync() => Host.DisposeAsync();
    }
}
