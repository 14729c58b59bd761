using AeServerless.EndToEnd.Tests;
using AeServerless.TestSupport;

[assembly: AssemblyFixture(typeof(CapturedSample))]

namespace AeServerless.EndToEnd.Tests;

/// <summary>Activations of the sample's text, captured once by the built program for all tests.</summary>
public sealed class CapturedSample : IAsyncLifetime
{
    public const int Tokens = 4096;

    public static string Sample { get; } = Path.Combine(RepositoryRoot.Path, "samples", "kjv-gpt2");

    public string Dataset { get; } = Directory.CreateTempSubdirectory("ae-sample-").FullName;

    public async ValueTask InitializeAsync() => await Cli.SucceedAsync(
        new Dictionary<string, string>(),
        "capture", "--model", Path.Combine(Sample, "model"), "--text", Path.Combine(Sample, "text", "heldout.txt"), "--out", Dataset,
        "--layers", "2", "--backward", "loss", "--max-tokens", $"{Tokens}", "--shard-tokens", "2048",
        "--model-blob", "models/kjv-gpt2/model.safetensors");

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Dataset, recursive: true);
        return ValueTask.CompletedTask;
    }
}
