using System.Text.RegularExpressions;
using AeServerless.TestSupport;

namespace AeServerless.EndToEnd.Tests;

public sealed partial class ReadmeTests
{
    private const string Section = "## Your own model and autoencoders";
    private const int CorpusCharacters = 6000;

    [Theory(Timeout = 300_000)]
    [InlineData("my-gpt2", "my-saes")]
    [InlineData("Tiny.GPT_2/v1", "x")]
    public async Task OwnModel_CommandsAsTheyStandThere_EndInACompletedRun(string model, string autoencoders)
    {
        using var folder = new TemporaryFolder();
        var section = await SectionAsync();
        Copy(Path.Combine(CapturedSample.Sample, "model"), folder.File(model));
        Copy(Path.Combine(CapturedSample.Sample, "autoencoders"), folder.File(autoencoders));
        var text = await File.ReadAllTextAsync(
            Path.Combine(CapturedSample.Sample, "text", "heldout.txt"), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(folder.File("corpus.txt"), text[..CorpusCharacters], TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(folder.File("recipe.json"), Block(section, "json"), TestContext.Current.CancellationToken);
        await using var app = await App.StartAsync();

        var commands = Block(section, "bash").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains(commands, command => command.StartsWith("./ae upload dataset", StringComparison.Ordinal));
        foreach (var command in commands)
        {
            var words = command.Split(' ').Select(word => word switch
            {
                "my-gpt2" => model,
                "my-saes" => autoencoders,
                _ => word,
            }).ToArray();
            Assert.Equal("./ae", words[0]);
            await app.CliInAsync(folder.Path, words[1..]);
        }

        var run = await app.WaitForCompletedRunAsync("mine-1");
        Assert.Equal("recipe", run.GetProperty("recipe").GetString());
    }

    private static async Task<string> SectionAsync()
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Path, "README.md"), TestContext.Current.CancellationToken);
        var start = readme.IndexOf(Section, StringComparison.Ordinal);
        Assert.True(start >= 0, $"README.md has no section {Section}");
        return readme[start..readme.IndexOf("\n## ", start + Section.Length, StringComparison.Ordinal)];
    }

    private static string Block(string section, string language) => Assert.Single(
        FencedBlocks().Matches(section), block => block.Groups[1].Value == language).Groups[2].Value;

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    [GeneratedRegex(@"^```(\w+)\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex FencedBlocks();
}
