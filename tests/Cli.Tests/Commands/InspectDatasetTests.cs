using AeServerless.TestSupport;

namespace AeServerless.Cli.Tests.Commands;

[Collection(ConsoleCollection.Name)]
public sealed class InspectDatasetTests
{
    [Fact]
    public async Task Dataset_ShowsWhetherTheFileIsReadAsMeant()
    {
        using var folder = new TemporaryFolder();
        await Succeed(
            "capture", "--model", TestSupport.Repository.Sample("model"), "--text", TestSupport.Repository.Sample("text/heldout.txt"),
            "--out", folder.File("data"),
            "--layers", "2", "--locations", "resid.post_mlp", "resid.delta_mlp", "--max-tokens", "6000", "--shard-tokens", "3000");
        var autoencoder = TestSupport.Repository.Sample("autoencoders/saelens/resid_post");

        var right = await Succeed("inspect", autoencoder, "--dataset", folder.File("data"));

        Assert.Matches(@"\n  tokens +4,096 of the dataset\n", right);
        Assert.Matches(@"\n  L0 +2\d\.\d+ \(23\.97\d* said\)\n", right);
        Assert.Matches(@"\n  FVU +0\.\d+\n", right);
        Assert.Matches(@"\n  dead latents +\d+ of 1,024 on these tokens\n", right);
        Assert.DoesNotContain("warning", right, StringComparison.Ordinal);

        var wrong = await Succeed(
            "inspect", autoencoder, "--in", "resid.delta_mlp", "--layer", "2", "--dataset", folder.File("data"));

        Assert.Contains("warning", wrong, StringComparison.Ordinal);
        Assert.Contains("is it of this model, place and layer", wrong, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DatasetThatDidNotRecordThePlace_IsNamed()
    {
        using var folder = new TemporaryFolder();
        await Succeed(
            "capture", "--model", TestSupport.Repository.Sample("model"), "--text", TestSupport.Repository.Sample("text/heldout.txt"),
            "--out", folder.File("data"),
            "--layers", "2", "--locations", "resid.delta_mlp", "--max-tokens", "256");

        var (exitCode, _, errors) = await Ae.RunAsync(
            "inspect", TestSupport.Repository.Sample("autoencoders/saelens/hook_z"), "--dataset", folder.File("data"));

        Assert.Equal(1, exitCode);
        Assert.Contains("attn.v_out/forward/2", errors, StringComparison.Ordinal);
    }

    private static async Task<string> Succeed(params string[] arguments)
    {
        var (exitCode, output, errors) = await Ae.RunAsync(arguments);
        Assert.True(exitCode == 0, errors);
        return output.ReplaceLineEndings("\n");
    }
}
