using AeServerless.TestSupport;

namespace AeServerless.Cli.Tests.Errors;

/// <summary>Files that commands are pointed at, and a server that refuses.</summary>
public sealed class Workplace : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly StubServer _server = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(_folder.File("text.txt"), "In the beginning God created the heaven and the earth.", Cancel);
        await File.WriteAllTextAsync(_folder.File("broken.json"), "{ \"schema\": ", Cancel);
        foreach (var name in (string[])["empty", "no-manifest", "bad-model", "golden-bad/one"])
        {
            Directory.CreateDirectory(_folder.File(name));
        }

        await File.WriteAllTextAsync(_folder.File("no-manifest/shard.safetensors"), "x", Cancel);
        await File.WriteAllTextAsync(_folder.File("bad-model/config.json"), "[", Cancel);
        await File.WriteAllTextAsync(_folder.File("golden-bad/one/golden.json"), "[", Cancel);
        File.Copy(TestSupport.Repository.Sample("demo.json"), _folder.File("recipe.json"));
        var (exitCode, _, errors) = await Ae.RunAsync(
            "capture", "--model", TestSupport.Repository.Sample("model"), "--text", _folder.File("text.txt"), "--out",
            _folder.File("dataset"),
            "--layers", "2", "--locations", "attn.v_out", "resid.delta_attn", "resid.post_attn", "mlp.in", "mlp.post_act",
            "resid.delta_mlp",
            "resid.post_mlp");
        Assert.True(exitCode == 0, errors);
    }

    /// <summary>Puts the workplace's own paths and addresses into a text.</summary>
    public string Fill(string text) => text
        .Replace("{long}", new string('n', 300), StringComparison.Ordinal)
        .Replace("{w}", _folder.Path, StringComparison.Ordinal)
        .Replace("{model}", TestSupport.Repository.Sample("model"), StringComparison.Ordinal)
        .Replace("{saes}", TestSupport.Repository.Sample("autoencoders"), StringComparison.Ordinal)
        .Replace("{stub}", _server.Address, StringComparison.Ordinal)
        .Replace("{nobody}", $"127.0.0.1:{FreePort.Take(1)[0]}", StringComparison.Ordinal);

    public ValueTask DisposeAsync()
    {
        _server.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
