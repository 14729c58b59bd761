using AeServerless.Engine.Datasets;
using AeServerless.Models.Recording;
using AeServerless.Models.Weights;
using TorchSharp;

namespace AeServerless.Capture.Tests;

/// <summary>Every tensor that the reference recorded, recomputed from tokens, model and autoencoders.</summary>
public sealed class GoldenModelTests
{
    private const double Tolerance = 1e-5;

    [Theory]
    [MemberData(nameof(GoldenRun.All), MemberType = typeof(GoldenRun))]
    public async Task RecordedTensors_AreReproduced(string set, string name)
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var run = await GoldenRun.OpenAsync(set, name, cancellation);
        var recorded = run.Activations.Tensors.Values.Where(entry => entry.Name != "tokens").Select(entry => Parse(entry.Name)).ToList();
        var passes = run.BackwardPasses.ToList();
        IReadOnlyList<ActivationSite> Sites(PassType pass, string suffix) =>
            [.. recorded.Where(tensor => tensor.Pass == pass && tensor.Suffix == suffix).Select(tensor => tensor.Site)];
        using var recording = run.Model.Record([run.Tokens], new RecordingRequest
        {
            Forward = Sites(PassType.Forward, ""),
            Backward =
            [
                .. passes.Select(pass => new GradientRequest(
                    LossDescription.LogitDifference([0], [1]), Sites(PassType.Backward, pass.Suffix)) { Trace = pass.Trace }),
            ],
        });
        var failures = new List<string>();
        foreach (var (index, pass) in passes.Index())
        {
            Assert.Equal(pass.Value, recording.Backward[index].Losses.Sum(), 1e-5);
        }

        foreach (var tensor in recorded)
        {
            var actual = tensor.Pass == PassType.Forward
                ? recording.Forward[tensor.Site]
                : recording.Backward[passes.FindIndex(pass => pass.Suffix == tensor.Suffix)].Gradients[tensor.Site];
            Compare(tensor.Name, await run.Activations.ReadFloatsAsync(tensor.Name, cancellation), actual, failures);
        }

        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    private static (string Name, string Suffix, PassType Pass, ActivationSite Site) Parse(string name)
    {
        var suffix = name.IndexOf('@') is >= 0 and var at ? name[at..] : "";
        var tensor = TensorNames.Parse(name[..^suffix.Length], name);
        return (name, suffix, tensor.Pass, new ActivationSite(tensor.Location, tensor.Layer));
    }

    private static void Compare(string name, float[] expected, torch.Tensor actual, List<string> failures)
    {
        var values = TensorReader.Values(actual);
        Assert.Equal(expected.Length, values.Length);
        var scale = expected.Max(Math.Abs);
        var worst = 0.0;
        for (var i = 0; i < expected.Length; i++)
        {
            worst = Math.Max(worst, Math.Abs(expected[i] - values[i]));
        }

        if (worst > Tolerance * scale)
        {
            failures.Add($"{name}: {worst / scale:g3}");
        }
    }
}
