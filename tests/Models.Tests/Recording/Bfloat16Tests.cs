using AeServerless.Engine.Recipes;
using AeServerless.Models.Recording;
using AeServerless.Models.Weights;
using TorchSharp;

namespace AeServerless.Models.Tests.Recording;

/// <summary>Models computed in bfloat16, which recipes may ask of a GPU.</summary>
public sealed class Bfloat16Tests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("gpt2")]
    [InlineData("gemma2")]
    [InlineData("llama3")]
    [InlineData("qwen3")]
    public async Task Bfloat16_IsNearFloat32AndNotTheSame(string folder)
    {
        using var exact = await RecordAsync(folder, ModelDtype.Float32);
        using var rounded = await RecordAsync(folder, ModelDtype.BFloat16);

        foreach (var (expected, actual) in exact.Forward.Select(entry => (entry.Value, rounded.Forward[entry.Key]))
            .Concat(exact.Backward[0].Gradients.Select(entry => (entry.Value, rounded.Backward[0].Gradients[entry.Key]))))
        {
            Assert.Equal(torch.ScalarType.Float32, actual.dtype);
            using var distance = (expected - actual).abs().max();
            using var scale = expected.abs().max();
            Assert.InRange(distance.item<float>() / scale.item<float>(), 1e-6, 0.05);
        }
    }

    private static async Task<ActivationRecording> RecordAsync(string folder, ModelDtype dtype)
    {
        var files = new ModelFolder(GoldenData.Model(folder));
        var layers = (await LanguageModel.DescribeAsync(files, Cancellation)).Architecture.Layers.Count;
        var last = new ActivationSite(ModelLocations.ResidPostMlp, layers - 1);
        using var model = await LanguageModel.LoadAsync(files, layers, head: true, dtype: dtype, cancellationToken: Cancellation);
        return model.Record(
            [[1, 5, 9, 2, 7, 3], [4, 8]],
            new RecordingRequest
            {
                Forward = [last, new ActivationSite(ModelLocations.MlpPostAct, 0), new ActivationSite(ModelLocations.Logits, null)],
                Backward = [new GradientRequest(LossDescription.CrossEntropy, [last, new ActivationSite(ModelLocations.MlpPostAct, 0)])],
            });
    }
}
