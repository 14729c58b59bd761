using System.Text.Json;
using AeServerless.TestSupport;

namespace AeServerless.Cli.Tests.Commands;

[Collection(ConsoleCollection.Name)]
public sealed class InspectAndGoldenTests
{
    [Theory]
    [InlineData("saelens-jumprelu", "JumpReLU")]
    [InlineData("sparsify-transcoder-skip", "transcoder with skip")]
    [InlineData("own-topk", "k ")]
    [InlineData("gemma-scope-2", "format")]
    public async Task Inspect_SaysWhatItIs(string name, string said)
    {
        var folder = Path.Combine(Repository.Root, "tests", "golden-formats", name);
        using var description = JsonDocument.Parse(
            await File.ReadAllBytesAsync(Path.Combine(folder, "case.json"), TestContext.Current.CancellationToken));

        var (exitCode, output, errors) = await Ae.RunAsync(
            "inspect", Path.Combine(folder, description.RootElement.GetProperty("path").GetString()!));

        Assert.True(exitCode == 0, errors);
        Assert.Contains(said, output, StringComparison.Ordinal);
        Assert.Contains($"{description.RootElement.GetProperty("d_sae").GetInt32():N0} latents", output, StringComparison.Ordinal);
        Assert.Contains("memory", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_RefusesByName()
    {
        var folder = Path.Combine(Repository.Root, "tests", "golden-formats", "refuse-saelens-temporal");

        var (exitCode, _, errors) = await Ae.RunAsync("inspect", folder);

        Assert.Equal(1, exitCode);
        Assert.StartsWith("ae: ", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("golden-formats/saelens-jumprelu")]
    [InlineData("golden-models/gpt2")]
    [InlineData("golden-tokenizers/gpt2")]
    [InlineData("golden-exports")]
    public async Task Golden_RecognisesTheLayout(string folder)
    {
        var (exitCode, output, errors) = await Ae.RunAsync("golden", Path.Combine(Repository.Root, "tests", folder));

        Assert.True(exitCode == 0, output + errors);
        Assert.Matches(@": [1-9]\d* keys checked, \d+ passed, 0 failed, worst error ", output);
    }

    [Fact]
    public async Task Golden_FailureEndsWithOne()
    {
        using var copy = new TemporaryFolder();
        var folder = Path.Combine(Repository.Root, "tests", "golden-formats", "own-relu");
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            File.Copy(file, copy.File(Path.GetFileName(file)));
        }

        var description = await File.ReadAllTextAsync(copy.File("case.json"), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            copy.File("case.json"),
            description.Replace("\"relu\"", "\"jumprelu\"", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);

        var (exitCode, output, _) = await Ae.RunAsync("golden", copy.Path);

        Assert.Equal(1, exitCode);
        Assert.Contains("FAILED", output, StringComparison.Ordinal);
    }
}
