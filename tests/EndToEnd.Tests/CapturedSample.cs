using AeServerless.EndToEnd.Tests;
using AeServerless.TestSupport;

[assembly: AssemblyFixture(typeof(CapturedSample))]

namespace AeServerless.EndToEnd.Tests;

/// <summary>The sample's text as activations and as tokens alone, made once by the built program for all tests.</summary>
public sealed class CapturedSample : IAsyncLifetime
{
    public const int Tokens = 4096;

    public static string Sample { get; } = Path.Combine(RepositoryRoot.Path, "samples", "kjv-gpt2");

    private static string Text { get; } = Path.Combine(Sample, "text", "heldout.txt");

    public string Dataset { get; } = Directory.CreateTempSubdirectory("ae-sample-").FullName;

    public string TokensAlone { get; } = Directory.CreateTempSubdirectory("ae-tokens-").FullName;

    public async ValueTask InitializeAsync()
    {
        await Cli.SucceedAsync(
            new Dictionary<string, string>(),
            "capture", "--model", Path.Combine(Sample, "model"), "--text", Text, "--out", Dataset,
            "--layers", "2", "--locations", "attn.v_out", "resid.delta_attn", "resid.post_attn", "mlp.in", "mlp.post_act",
            "resid.delta_mlp", "resid.post_mlp", "--backward", "loss", "--max-tokens", $"{Tokens}", "--shard-tokens", "2048",
            "--model-blob", "models/kjv-gpt2/model.safetensors");
        await Cli.SucceedAsync(
            new Dictionary<string, string>(),
            "tokenize", "--tokenizer", Path.Combine(Sample, "model"), "--text", Text, "--out", TokensAlone,
            "--backward", "loss", "--max-tokens", $"{Tokens}", "--shard-tokens", "2048",
            "--model-blob", "models/kjv-gpt2/model.safetensors");
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Dataset, recursive: true);
        Directory.Delete(TokensAlone, recursive: true);
        return ValueTask.CompletedTask;
    }
}
