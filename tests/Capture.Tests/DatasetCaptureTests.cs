using AeServerless.Capture.Tests.Tokenization;
using AeServerless.Capture.Tokenization;
using AeServerless.Engine;
using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;
using AeServerless.Models;
using AeServerless.Models.Recording;
using AeServerless.Models.Weights;
using AeServerless.TestSupport;
using TorchSharp;

namespace AeServerless.Capture.Tests;

/// <summary>Captures of the sample's text, read back.</summary>
public sealed class DatasetCaptureTests : IAsyncLifetime
{
    private static readonly BackwardDescription CrossEntropy = new() { Kind = BackwardKind.Loss, Loss = LossKind.CrossEntropy };

    private readonly TemporaryFolder _folder = new();
    private LanguageModel _weights = null!;
    private HookedModel _model = null!;
    private HookedAutoencoder _autoencoder = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ResultDirectory Dataset => new(_folder.Path);

    public async ValueTask InitializeAsync()
    {
        _weights = await LanguageModel.LoadAsync(new ModelFolder(Repository.Sample("model")), Cancellation);
        var autoencoder = await Autoencoder.LoadAsync(await OpenAsync("autoencoders/resid_delta_mlp/2.safetensors"), Cancellation);
        _autoencoder = new HookedAutoencoder(autoencoder, AutoencoderInput.ResidDeltaMlp, 2);
        _model = new HookedModel(_weights, _autoencoder);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        _weights.Dispose();
        _autoencoder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task SampleText_ReadsBackAsTheModelComputesIt()
    {
        var sequences = await SequencesAsync(context: 96, tokens: 1_000);
        var manifest =
            await new DatasetCapture(_model, Request()).RunAsync(sequences.ToAsyncEnumerable(), Dataset, cancellationToken: Cancellation);

        Assert.Equal(manifest.ToJson(), await File.ReadAllBytesAsync(_folder.File(DatasetManifest.FileName), Cancellation));
        Assert.Equal(1_000, manifest.Shards.Sum(shard => shard.Tokens));
        Assert.True(manifest.Shards.Count > 1);
        var index = 0;
        foreach (var reference in manifest.Shards)
        {
            var source = await Dataset.OpenAsync(reference.Path, Cancellation);
            using var handle = (IDisposable)source;
            var shard = await Shard.OpenAsync(source, reference, Cancellation, manifest.Layers);
            Assert.NotNull(shard.Find(ActivationLocation.ResidPostMlp, PassType.Backward, 3));
            Assert.NotNull(shard.Find(ActivationLocation.OnlineMlpAutoencoderLatent, PassType.Backward, 2));
            var row = 0L;
            foreach (var length in shard.SequenceLengths)
            {
                await RecordedSequence.RequireAsync(_model, shard, row, sequences[index++], Cancellation);
                row += length;
            }
        }

        Assert.Equal(sequences.Count, index);
    }

    [Fact]
    public async Task SameInput_GivesTheSameBytes()
    {
        var sequences = await SequencesAsync(context: 64, tokens: 700);
        var capture = new DatasetCapture(_model, Request());
        await capture.RunAsync(sequences.ToAsyncEnumerable(), Dataset, cancellationToken: Cancellation);
        var first = await ContentAsync();

        await capture.RunAsync(sequences.ToAsyncEnumerable(), Dataset, force: true, cancellationToken: Cancellation);

        Assert.Equal(first, await ContentAsync());
    }

    [Fact]
    public async Task InterruptedCapture_KeepsFinishedShardsAndEndsTheSame()
    {
        var sequences = await SequencesAsync(context: 64, tokens: 1_200);
        var capture = new DatasetCapture(_model, Request());
        await capture.RunAsync(sequences.ToAsyncEnumerable(), Dataset, cancellationToken: Cancellation);
        var whole = await ContentAsync();
        Dataset.Delete(DatasetManifest.FileName);
        Dataset.Delete("shards/00002.safetensors");

        var done = default(CaptureProgress);
        using var interruption = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => capture.RunAsync(
            sequences.ToAsyncEnumerable(),
            Dataset,
            progress: CaptureReporter.Interrupting(interruption),
            cancellationToken: interruption.Token));
        Assert.False(Dataset.Exists(DatasetManifest.FileName));
        await capture.RunAsync(
            sequences.ToAsyncEnumerable(), Dataset, progress: new CaptureReporter(
                progress => done = progress), cancellationToken: Cancellation);

        Assert.Equal(whole, await ContentAsync());
        Assert.Equal(new CaptureProgress(1_200, sequences.Count, 3, 2), done);
    }

    [Fact]
    public async Task ChangedRequestOrShorterInput_LeavesNothingOfTheOldDataset()
    {
        var sequences = await SequencesAsync(context: 64, tokens: 1_200);
        await new DatasetCapture(_model, Request()).RunAsync(sequences.ToAsyncEnumerable(), Dataset, cancellationToken: Cancellation);
        Dataset.Delete(DatasetManifest.FileName);
        var done = default(CaptureProgress);

        await new DatasetCapture(_model, Request() with { SourceFingerprint = "another model" }).RunAsync(
            sequences.Take(3).ToAsyncEnumerable(), Dataset, progress: new CaptureReporter(
                progress => done = progress), cancellationToken: Cancellation);

        Assert.Equal(0, done.KeptShards);
        Assert.Equal(["manifest.json", "shards/00000.safetensors"], Dataset.Names);
    }

    [Fact]
    public async Task Manifest_HasTheHashesOfModelTokenizerAndShards()
    {
        var request = Request() with { ModelSha256 = new string('1', 64), TokenizerSha256 = new string('2', 64) };
        var manifest = await new DatasetCapture(_model, request).RunAsync(
            new[] { new[] { 1, 2 } }.ToAsyncEnumerable(), Dataset, cancellationToken: Cancellation);

        Assert.Equal((request.ModelSha256, request.TokenizerSha256), (manifest.ModelSha256, manifest.TokenizerSha256));
        Assert.Equal((await ContentAsync())["shards/00000.safetensors"], manifest.Shards[0].Sha256);
    }

    [Fact]
    public async Task SoundModel_GivesNoWarning()
    {
        var capture = new DatasetCapture(_model, Request() with { Dtype = TensorDtype.F16 });
        await capture.RunAsync(new[] { new[] { 1, 2 } }.ToAsyncEnumerable(), Dataset, cancellationToken: Cancellation);

        Assert.Empty(capture.Warnings);
    }

    [Fact]
    public async Task ValuesBeyondTheType_AreToldWithTensorLayerAndCount()
    {
        // A residual stream that starts at 100,000: beyond float16, well within float32.
        using (torch.no_grad())
        {
            _weights.Weights.Embedding.Matrix.fill_(100_000);
        }

        var sequences = new[] { new[] { 1, 2, 3 } };
        var request = Request() with { Backward = null, Dtype = TensorDtype.F16, Locations = [ActivationLocation.ResidPostEmb] };
        var width = _model.Architecture.Width;
        var capture = new DatasetCapture(_model, request);
        await capture.RunAsync(sequences.ToAsyncEnumerable(), Dataset, cancellationToken: Cancellation);

        var warning = Assert.Single(capture.Warnings, found => found.Subject == "tensor resid.post_emb/forward/none");
        Assert.Equal($"{3 * width:N0} values became infinite in F16, whose largest value is 65,504; record F32 or BF16", warning.Problem);

        // A shard that is kept is told of too, and a strict capture does not keep it silently.
        Dataset.Delete(DatasetManifest.FileName);
        await capture.RunAsync(sequences.ToAsyncEnumerable(), Dataset, cancellationToken: Cancellation);
        Assert.Contains(warning, capture.Warnings);
        Dataset.Delete(DatasetManifest.FileName);
        var strict = new DatasetCapture(_model, request with { Strict = true });
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => strict.RunAsync(
            sequences.ToAsyncEnumerable(), Dataset, cancellationToken: Cancellation));
        Assert.Contains("a strict capture", error.Message, StringComparison.Ordinal);
        Assert.False(Dataset.Exists(DatasetManifest.FileName));

        var wide = new DatasetCapture(_model, request with { Dtype = TensorDtype.F32 });
        await wide.RunAsync(sequences.ToAsyncEnumerable(), Dataset, force: true, cancellationToken: Cancellation);
        Assert.DoesNotContain(wide.Warnings, found => found.Subject == warning.Subject);
    }

    [Fact]
    public async Task NotANumberInAWeight_IsToldOfEveryTensorThatItReaches()
    {
        using (torch.no_grad())
        {
            _weights.Weights.Layers[2].MlpOut.Bias!.fill_(float.NaN);
        }

        var capture = new DatasetCapture(_model, Request() with { Backward = null, Locations = [ActivationLocation.ResidPostMlp] });
        await capture.RunAsync(new[] { new[] { 1, 2 } }.ToAsyncEnumerable(), Dataset, cancellationToken: Cancellation);

        Assert.Contains(
            new CaptureWarning(
                "tensor resid.post_mlp/forward/2, layer 2", $"{2 * _model.Architecture.Width:N0} values are not numbers (NaN)"),
            capture.Warnings);
    }

    [Fact]
    public async Task FinishedDataset_IsNotOverwritten()
    {
        var capture = new DatasetCapture(_model, Request());
        await capture.RunAsync(new[] { new[] { 1, 2 } }.ToAsyncEnumerable(), Dataset, cancellationToken: Cancellation);

        var error = await Assert.ThrowsAsync<InvalidInputException>(
            () => capture.RunAsync(new[] { new[] { 3 } }.ToAsyncEnumerable(), Dataset, cancellationToken: Cancellation));

        Assert.Contains("finished dataset", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SequenceOfOneToken_HasGradientsOfZero()
    {
        var manifest = await new DatasetCapture(_model, Request()).RunAsync(
            new[] { new[] { 7 } }.ToAsyncEnumerable(), Dataset, cancellationToken: Cancellation);

        var source = await Dataset.OpenAsync(manifest.Shards[0].Path, Cancellation);
        using var handle = (IDisposable)source;
        var shard = await Shard.OpenAsync(source, manifest.Shards[0], Cancellation);
        Assert.All(await shard.File.ReadFloatsAsync("resid.post_mlp/backward/3", Cancellation), value => Assert.Equal(0, value));
    }

    [Fact]
    public async Task RequestsThatDoNotFit_AreNamed()
    {
        Assert.Contains("layer 4: is not in the model", Fault(Request() with { Layers = [4] }), StringComparison.Ordinal);
        Assert.Contains("known are resid.post_emb", Fault(Request() with { Locations = ["mlp"] }), StringComparison.Ordinal);
        Assert.Contains(
            "layer 1 has none that fits", Fault(
                Request() with { Layers = [1], Locations = [ActivationLocation.OnlineAutoencoderLatent] }), StringComparison.Ordinal);
        Assert.Contains(
            "target token 1024",
            Fault(Request() with { Backward = CrossEntropy with { Loss = LossKind.LogitDifference, Targets = [1024] } }),
            StringComparison.Ordinal);
        Assert.Contains(
            "without target tokens", Fault(
                Request() with { Backward = CrossEntropy with { Loss = LossKind.LogitDifference } }), StringComparison.Ordinal);
        Assert.Contains("model blob: '../x' has the segment '..'", Fault(Request() with { ModelBlob = "../x" }), StringComparison.Ordinal);
        Assert.Contains("dtype I64", Fault(Request() with { Dtype = TensorDtype.I64 }), StringComparison.Ordinal);
        var capture = new DatasetCapture(_model, Request());
        await Assert.ThrowsAsync<InvalidInputException>(
            () => capture.RunAsync(AsyncEnumerable.Empty<int[]>(), Dataset, cancellationToken: Cancellation));
        await Assert.ThrowsAsync<InvalidInputException>(
            () => capture.RunAsync(new[] { new int[129] }.ToAsyncEnumerable(), Dataset, cancellationToken: Cancellation));

        string Fault(CaptureRequest request) => Assert.Throws<InvalidInputException>(() => new DatasetCapture(_model, request)).Message;
    }

    private static CaptureRequest Request() => new()
    {
        Layers = [2],
        Backward = CrossEntropy,
        ShardTokens = 500,
        ModelBlob = "models/kjv-gpt2/model.safetensors",
        TokenizerBlob = "models/kjv-gpt2/",
        SourceFingerprint = "sample",
    };

    private static async Task<SafetensorsFile> OpenAsync(string path) =>
        await SafetensorsFile.OpenAsync(
            new MemoryByteSource(path, await File.ReadAllBytesAsync(Repository.Sample(path), Cancellation)), Cancellation);

    private static async Task<List<int[]>> SequencesAsync(int context, int tokens) => await TextSequences
        .ReadAsync(
            [("heldout.txt", () => File.OpenRead(Repository.Sample("text/heldout.txt")))], SampleTokenizer.Load(), context,
            cancellationToken: Cancellation)
        .TakeTokensAsync(tokens).ToListAsync(Cancellation);

    private async Task<Dictionary<string, string>> ContentAsync()
    {
        var hashes = new Dictionary<string, string>();
        foreach (var name in Dataset.Names)
        {
            var source = await Dataset.OpenAsync(name, Cancellation);
            using var handle = (IDisposable)source;
            hashes.Add(name, await ContentHash.Sha256Async(source, Cancellation));
        }

        return hashes;
    }
}
