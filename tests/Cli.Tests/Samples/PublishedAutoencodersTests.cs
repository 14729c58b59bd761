using System.Runtime.InteropServices;
using AeServerless.Engine.Runtime;
using AeServerless.Formats;
using AeServerless.Formats.Engines;
using AeServerless.Formats.Reading;
using AeServerless.Models;
using AeServerless.Models.Recording;
using AeServerless.Models.Tokenizers;
using ModelFolder = AeServerless.Models.Weights.ModelFolder;

namespace AeServerless.Cli.Tests.Samples;

/// <summary>The sample's autoencoders as published ones come: L0, unexplained variance and dead latents as their libraries count
/// them.</summary>
public sealed class PublishedAutoencodersTests
{
    private const int SequenceTokens = 128;
    private const int SequencesTogether = 32;

    private static string Sample => Path.Combine(TestSupport.Repository.Root, "samples", "kjv-gpt2");

    [Theory]
    [InlineData("saelens/resid_post", "resid.post_mlp", "resid.post_mlp", 27.536531, 0.1061249, 3)]
    [InlineData("saelens/hook_z", "attn.v_out", "attn.v_out", 24, 0.1191200, 102)]
    [InlineData("sparsify/h.2.mlp", "mlp.in", "resid.delta_mlp", 23.710426, 0.0778467, 3)]
    public async Task Figures_OfHeldOutText_AreThoseOfTheLibraries(
        string folder, string reads, string writes, double l0, double fvu, int dead)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var input = await FormatInput.OpenAsync(Path.Combine(Sample, "autoencoders", folder), FormatHints.None, cancel);
        var opened = await AutoencoderFormats.OpenAsync(input, null, cancel);
        Assert.Equal((reads, 2), (opened.Header.In?.Location, opened.Header.In?.Layer));
        Assert.Equal((writes, 2), (opened.Header.Out?.Location, opened.Header.Out?.Layer));
        var autoencoder = (await opened.LoadAsync(cancel)).ToEngine();

        using var engine = new EngineContext(new EngineOptions { Threads = 1 });
        using var figures = new ReconstructionFigures(autoencoder, engine);
        await foreach (var (x, y) in ActivationsAsync(new ActivationSite(reads, 2), new ActivationSite(writes, 2)))
        {
            figures.Add(x, y);
        }

        Assert.Equal(41_088, figures.Tokens);
        Assert.Equal(l0, figures.ActiveLatents, 1e-3);
        Assert.Equal(fvu, figures.FractionOfVarianceUnexplained, 1e-5);
        Assert.Equal(dead, figures.DeadLatents);
    }

    [Fact]
    public async Task Figures_OfRowsThatNeverVary_HaveNoVarianceToExplain()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var input = await FormatInput.OpenAsync(
            Path.Combine(Sample, "autoencoders", "saelens/resid_post"), FormatHints.None, cancel);
        var autoencoder = (await (await AutoencoderFormats.OpenAsync(input, null, cancel)).LoadAsync(cancel)).ToEngine();
        using var engine = new EngineContext(new EngineOptions { Threads = 1 });
        using var figures = new ReconstructionFigures(autoencoder, engine);
        float[] row = [.. Enumerable.Range(0, autoencoder.InputSize).Select(i => 1e4f + (0.37f * i))];

        figures.Add([.. row, .. row, .. row], [.. row, .. row, .. row]);

        Assert.True(double.IsNaN(figures.FractionOfVarianceUnexplained));
        Assert.Equal((3, 0), (figures.Tokens, figures.NonFinite));
    }

    private static async IAsyncEnumerable<(float[] X, float[] Y)> ActivationsAsync(ActivationSite reads, ActivationSite writes)
    {
        var cancel = TestContext.Current.CancellationToken;
        var files = new ModelFolder(Path.Combine(Sample, "model"));
        using var tokenizer = await TextTokenizer.LoadAsync(files, cancel);
        using var model = await LanguageModel.LoadAsync(files, cancel);
        var text = await File.ReadAllTextAsync(Path.Combine(Sample, "text", "heldout.txt"), cancel);
        var sequences = tokenizer.Encode(text, specialTokens: false).Chunk(SequenceTokens).Where(ids => ids.Length == SequenceTokens);
        foreach (var batch in sequences.Chunk(SequencesTogether))
        {
            using var recording = model.Record(batch, new RecordingRequest { Forward = [reads, writes] });
            yield return (Values(recording, reads), Values(recording, writes));
        }
    }

    private static float[] Values(ActivationRecording recording, ActivationSite site)
    {
        using var values = recording.Forward[site].contiguous();
        return MemoryMarshal.Cast<byte, float>(values.bytes).ToArray();
    }
}
