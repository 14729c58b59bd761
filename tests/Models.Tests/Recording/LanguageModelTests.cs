using AeServerless.Engine;
using AeServerless.Engine.IO;
using AeServerless.Models.Recording;
using AeServerless.Models.Weights;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace AeServerless.Models.Tests.Recording;

public sealed class LanguageModelTests
{
    private static readonly int[] First = [1, 5, 9, 13, 17, 21, 25, 29, 33, 37, 41];

    private static readonly int[] Second = [90, 4, 4, 60];

    public static TheoryData<string> Folders() =>
    [
        .. Directory.GetDirectories(GoldenData.Models).Select(Path.GetFileName).OfType<string>(),
    ];

    [Theory]
    [MemberData(nameof(Folders))]
    public async Task Sequence_GivesTheSameWhateverElseIsInTheBatch(string folder)
    {
        using var model = await LoadAsync(folder);
        var last = model.Architecture.Layers.Count - 1;
        var request = new RecordingRequest
        {
            Forward = [new(ModelLocations.ResidPostMlp, last)],
            Backward = [new(LossDescription.CrossEntropy, [new(ModelLocations.ResidPostEmb, null)])],
        };
        using var alone = model.Record([Second], request);
        using var among = model.Record([First, First, Second, First], request);
        var start = 2 * First.Length;
        AssertClose(alone.Forward.Values.Single(), among.Forward.Values.Single().narrow(0, start, Second.Length));
        AssertClose(
            alone.Backward[0].Gradients.Values.Single(), among.Backward[0].Gradients.Values.Single().narrow(0, start, Second.Length));
    }

    [Fact]
    public async Task SameBatch_GivesTheSameBits()
    {
        using var model = await LoadAsync("gemma3");
        var request = new RecordingRequest { Forward = [new(ModelLocations.Logits, null)] };
        using var one = model.Record([First, Second], request);
        using var other = model.Record([First, Second], request);
        Assert.Equal(TensorReader.Values(one.Forward.Values.Single()), TensorReader.Values(other.Forward.Values.Single()));
    }

    [Fact]
    public async Task FirstLayers_AreLoadedWithoutTheOthersBytes()
    {
        var request = new RecordingRequest { Forward = [new(ModelLocations.MlpPostAct, 0)] };
        var files = new CountingFiles(new ModelFolder(GoldenData.Model("llama3")));
        var description = await LanguageModel.DescribeAsync(files, TestContext.Current.CancellationToken);
        using var model = await LanguageModel.LoadAsync(
            files,
            request.LayersNeeded(description.Architecture),
            request.NeedsHead,
            cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(1, model.LoadedLayers);
        Assert.DoesNotContain("model-00004-of-00005.safetensors", files.Opened);
        Assert.DoesNotContain("model-00005-of-00005.safetensors", files.Opened);

        using var whole = await LoadAsync("llama3");
        using var part = model.Record([First], request);
        using var expected = whole.Record([First], request);
        Assert.Equal(TensorReader.Values(expected.Forward.Values.Single()), TensorReader.Values(part.Forward.Values.Single()));
        Assert.Throws<InvalidOperationException>(() =>
            model.Record([First], new RecordingRequest { Forward = [new(ModelLocations.MlpIn, 1)] }));
    }

    [Theory]
    [InlineData("gpt-neox", ModelLocations.ResidPostAttn, 0)]
    [InlineData("gpt2", ModelLocations.MlpUp, 0)]
    [InlineData("olmo2", ModelLocations.MlpInNormalized, 0)]
    [InlineData("gpt2", ModelLocations.MlpIn, 4)]
    [InlineData("gpt2", ModelLocations.MlpIn, null)]
    [InlineData("gpt2", "mlp.middle", 0)]
    public async Task SiteThatTheModelLacks_IsRefused(string folder, string location, int? layer)
    {
        using var model = await LoadAsync(folder);
        var error = Assert.Throws<InvalidInputException>(() =>
            model.Record([First], new RecordingRequest { Forward = [new(location, layer)] }));
        Assert.Contains(location, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SequencesThatTheModelDoesNotTake_AreRefused()
    {
        using var model = await LoadAsync("gpt2");
        var request = new RecordingRequest { Forward = [new(ModelLocations.ResidPostEmb, null)] };
        foreach (var sequences in (int[][][])[[], [[]], [[97]], [[-1]], [new int[49]]])
        {
            Assert.Throws<InvalidInputException>(() => model.Record(sequences, request));
        }
    }

    [Fact]
    public async Task Hook_ReplacesAValueAndRecordsItsOwn()
    {
        using var model = await LoadAsync("llama2");
        var site = new ActivationSite(ModelLocations.ResidDeltaMlp, 1);
        var request = new RecordingRequest
        {
            Forward = [site, Zeroing.Added, new(ModelLocations.ResidPostAttn, 1), new(ModelLocations.ResidPostMlp, 1)],
        };
        using var recording = model.Record([First], request, new Zeroing(site));
        AssertClose(recording.Forward[site], recording.Forward[Zeroing.Added]);
        AssertClose(recording.Forward[new(ModelLocations.ResidPostAttn, 1)], recording.Forward[new(ModelLocations.ResidPostMlp, 1)]);
    }

    [Theory]
    [InlineData("blocks.0.hook_resid_pre", ModelLocations.ResidPostEmb, null)]
    [InlineData("blocks.3.hook_resid_pre", ModelLocations.ResidPostMlp, 2)]
    [InlineData("blocks.3.attn.hook_z", ModelLocations.AttnVOut, 3)]
    [InlineData("blocks.3.mlp.hook_post", ModelLocations.MlpPostAct, 3)]
    [InlineData("mlp.in/2", ModelLocations.MlpIn, 2)]
    [InlineData("logits/none", ModelLocations.Logits, null)]
    public void Site_IsReadInBothNamings(string name, string location, int? layer) =>
        Assert.Equal(new ActivationSite(location, layer), ActivationSite.Parse(name));

    [Fact]
    public async Task Model_LeavesNoTensorsToTheFinalizer()
    {
        var request = new RecordingRequest
        {
            Forward = [new(ModelLocations.Logits, null)],
            Backward =
                [new(LossDescription.LogitDifference([3], [7]), [new(ModelLocations.ResidPostMlp, 0), new(ModelLocations.AttnQ, 1)])],
        };
        for (var i = 0; i < 3; i++)
        {
            using (var model = await LoadAsync("gemma2"))
            {
                model.Record([First, Second], request).Dispose();
            }

            // A tensor that is owned by a scope that is gone would end the process here.
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    private static Task<LanguageModel> LoadAsync(string folder) =>
        LanguageModel.LoadAsync(new ModelFolder(GoldenData.Model(folder)), TestContext.Current.CancellationToken);

    private static void AssertClose(Tensor expected, Tensor actual)
    {
        var (one, other) = (TensorReader.Values(expected), TensorReader.Values(actual));
        Assert.Equal(one.Length, other.Length);
        var scale = one.Max(Math.Abs);
        Assert.All(one.Zip(other), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 1e-5f * scale));
    }

    private sealed class Zeroing(ActivationSite site) : IActivationHook
    {
        public static ActivationSite Added { get; } = new("seen", 1);

        public ActivationSite Site => site;

        public IReadOnlyList<ActivationSite> AddedSites => [Added];

        public Tensor Apply(Tensor value, Action<ActivationSite, Tensor> record)
        {
            record(Added, value);
            return torch.zeros_like(value);
        }
    }

    private sealed class CountingFiles(IModelFiles files) : IModelFiles
    {
        public List<string> Opened { get; } = [];

        public string Name => files.Name;

        public ValueTask<IByteSource?> TryOpenAsync(string name, CancellationToken cancellationToken)
        {
            Opened.Add(name);
            return files.TryOpenAsync(name, cancellationToken);
        }
    }
}
