using System.Text.Json;
using AeServerless.Engine;
using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;
using AeServerless.Exports.Formats;
using AeServerless.Exports.Runs;
using AeServerless.Exports.Sessions;
using AeServerless.TestSupport;

namespace AeServerless.Exports.Tests;

public sealed class RefusalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void UnknownFormat_IsRefusedWithThoseThereAre()
    {
        var error = Assert.Throws<InvalidInputException>(() => ExportFormats.Find("csv"));

        Assert.Contains("delphi, neuronpedia", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void UnknownOption_IsRefused()
    {
        var error = Assert.Throws<InvalidInputException>(() => ExportOptions.Parse("""{ "delphi": { "split": 3 } }""", "exports"));

        Assert.Contains("split", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_ComeBackFromTheirJson()
    {
        var options =
            new ExportOptions { Scalars = ["a"], Delphi = new() { Splits = 9 }, Dashboard = new() { Folded = true } };

        Assert.Equal(options.ToJson(), ExportOptions.Parse(options.ToJson(), "exports").ToJson());
    }

    [Theory(Timeout = 60_000)]
    [InlineData("delphi")]
    [InlineData("neuronpedia")]
    [InlineData("neuron-record")]
    public async Task RunWithoutTokens_IsRefusedWhereContextsAreNeeded(string format)
    {
        var run = await RunAsync() with { Tokens = null };

        await RefusesAsync(
            format,
            run,
            new ExportOptions(),
            "dataset synthetic: was not handed in",
            cancellationToken: TestContext.Current.CancellationToken);
    }

    [Fact(Timeout = 60_000)]
    public async Task UnknownScalar_IsRefusedWithThoseThereAre() =>
        await RefusesAsync(
            "csr",
            await RunAsync(),
            new ExportOptions { Scalars = ["other"] },
            "mlp_latent",
            cancellationToken: TestContext.Current.CancellationToken);

    [Fact(Timeout = 60_000)]
    public async Task TwoScalarsInOneDelphiFolder_AreRefused() => await RefusesAsync(
        "delphi",
        await RunAsync("mlp_latent", "mlp_write_norm"),
        new ExportOptions { HookPoint = "layers.{layer}.mlp" },
        "the same folder 'layers.2.mlp'",
        cancellationToken: TestContext.Current.CancellationToken);

    [Fact(Timeout = 60_000)]
    public async Task ContextsLongerThanNeuronpediaTakes_AreRefused() =>
        await RefusesAsync(
            "neuronpedia",
            await RunAsync(),
            new ExportOptions { ContextTokens = 2000 },
            "1024",
            cancellationToken: TestContext.Current.CancellationToken);

    [Fact(Timeout = 60_000)]
    public async Task FoldingWithoutDirections_IsRefused() => await RefusesAsync(
        "saedashboard",
        await RunAsync(),
        new ExportOptions { Dashboard = new() { Folded = true } },
        "directions",
        cancellationToken: TestContext.Current.CancellationToken);

    [Fact(Timeout = 60_000)]
    public async Task HalfPrecision_SaysWhatItLoses()
    {
        var report = await Exports.ToAsync(
            _folder.File("out"), "delphi", await RunAsync(), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Contains(report.Losses, loss => loss.Contains("float16", StringComparison.Ordinal));
        using var marker = JsonDocument.Parse(await File.ReadAllBytesAsync(
            _folder.File("out", "_export", "complete.json"), TestContext.Current.CancellationToken));
        Assert.Equal(report.Losses.Count, marker.RootElement.GetProperty("losses").GetArrayLength());
    }

    [Theory(Timeout = 60_000)]
    [InlineData("csr")]
    [InlineData("sparsity")]
    [InlineData("parquet")]
    public async Task ExcludedTokens_AreTold(string format)
    {
        var synthetic = new SyntheticRun(_folder.File("run"), 3, 4, 64, 4) { ExcludesFirst = true };
        var run = await synthetic.WriteAsync(TestContext.Current.CancellationToken);

        var report = await Exports.ToAsync(
            _folder.File("out"), format, run, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Contains(report.Losses, loss => loss.StartsWith("3 of 12 tokens that the run keeps out", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task SplitWithoutValues_IsAnEmptyFile()
    {
        // Four latents a token of 64: of 64 splits, one a latent, some stay empty.
        var run = await new SyntheticRun(_folder.File("run"), 1, 4, 64, 4).WriteAsync(TestContext.Current.CancellationToken);
        await Exports.ToAsync(
            _folder.File("out"),
            "delphi",
            run,
            new ExportOptions { Delphi = new DelphiOptions { Splits = 64 } },
            cancellationToken: TestContext.Current.CancellationToken);

        var files = Directory.GetFiles(_folder.File("out", "latents", "layers.2.mlp_latent"), "*.safetensors");
        Assert.Equal(64, files.Length);
        var counts = new List<long>();
        foreach (var path in files)
        {
            using var source = new FileByteSource(path);
            var file = await SafetensorsFile.OpenAsync(source, TestContext.Current.CancellationToken);
            Assert.Equal([1L, 4L], file.GetTensor("tokens").Shape);
            Assert.Equal(TensorDtype.U16, file.GetTensor("locations").Dtype);
            counts.Add(file.GetTensor("locations").Rows);
        }

        Assert.Contains(0, counts);
        Assert.Equal(16, counts.Sum());
    }

    public void Dispose() => _folder.Dispose();

    private Task<ExportRun> RunAsync(params string[] scalars) =>
        new SyntheticRun(_folder.File("run"), 4, 16, 64, 4) { Scalars = scalars.Length > 0 ? scalars : ["mlp_latent"] }
            .WriteAsync(TestContext.Current.CancellationToken);

    private async Task RefusesAsync(string format, ExportRun run, ExportOptions options, string why, CancellationToken cancellationToken)
    {
        var error = await Assert.ThrowsAsync<InvalidInputException>(
            () => Exports.ToAsync(_folder.File("out"), format, run, options, cancellationToken));

        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("out", "_export", "complete.json")));
    }
}
