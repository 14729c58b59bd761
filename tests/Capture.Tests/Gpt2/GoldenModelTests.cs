using System.Runtime.InteropServices;
using AeServerless.Capture.Gpt2;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Transformers;
using TorchSharp;

namespace AeServerless.Capture.Tests.Gpt2;

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
        using var scope = torch.NewDisposeScope();
        var passes = run.BackwardPasses.ToDictionary(pass => pass.Suffix);
        var computed = new Dictionary<string, IReadOnlyDictionary<ActivationSite, torch.Tensor>>();
        var pass = run.Model.Forward(torch.tensor(run.Tokens).unsqueeze(0), gradients: true);
        var failures = new List<string>();

        foreach (var entry in run.Activations.Tensors.Values.Where(entry => entry.Name != "tokens"))
        {
            var suffix = entry.Name.IndexOf('@') is >= 0 and var at ? entry.Name[at..] : "";
            var recorded = TensorNames.Parse(entry.Name[..^suffix.Length], entry.Name);
            var site = new ActivationSite(recorded.Location, recorded.Layer);
            if (recorded.Pass == PassType.Backward && !computed.ContainsKey(suffix))
            {
                computed.Add(suffix, Gradients(run.Model, pass, passes[suffix].Trace, passes[suffix].Value));
            }

            if (recorded.Pass == PassType.Backward && !computed[suffix].ContainsKey(site))
            {
                failures.Add($"{entry.Name}: none");
                continue;
            }

            var actual = recorded.Pass == PassType.Forward ? pass[site] : computed[suffix][site];
            Compare(entry.Name, await run.Activations.ReadFloatsAsync(entry.Name, cancellation), actual, failures);
        }

        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    private static IReadOnlyDictionary<ActivationSite, torch.Tensor> Gradients(Gpt2Model model, ForwardPass pass, TraceConfiguration? trace, double expected)
    {
        torch.Tensor Difference(torch.Tensor final) => Loss.LogitDifference(model.Head, final, [0], [1]);
        var scalar = trace is null ? Difference(pass.Final) : new TracedActivation(model, pass).Value(trace, Difference);
        Assert.Equal(expected, scalar.item<float>(), 1e-5);
        return pass.Gradients(scalar, [.. pass.Sites], retainGraph: true);
    }

    private static void Compare(string name, float[] expected, torch.Tensor actual, List<string> failures)
    {
        var values = MemoryMarshal.Cast<byte, float>(actual.detach().contiguous().bytes);
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
