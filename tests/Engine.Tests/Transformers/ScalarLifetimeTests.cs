using System.Diagnostics;
using AeServerless.Engine.Transformers;
using TorchSharp;

namespace AeServerless.Engine.Tests.Transformers;

/// <summary>Numbers that are handed to torch outlive the call, however busy the garbage collector is.</summary>
[CollectionDefinition(nameof(ScalarLifetimeTests), DisableParallelization = true)]
[Collection(nameof(ScalarLifetimeTests))]
public sealed class ScalarLifetimeTests
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(2);

    [Fact]
    public void CollectionsDuringCalls_ChangeNothing()
    {
        using var ended = new CancellationTokenSource();
        var collector = new Thread(() => Collect(ended.Token));
        collector.Start();
        try
        {
            using var scope = torch.NewDisposeScope();
            var x = torch.randn(3, 2, 4, generator: new torch.Generator(1));
            var (weight, bias) = (torch.ones(4), torch.zeros(4));
            var expected = Compute(x, weight, bias);
            for (var watch = Stopwatch.StartNew(); watch.Elapsed < Duration;)
            {
                Assert.Equal(expected, Compute(x, weight, bias));
            }
        }
        finally
        {
            ended.Cancel();
            collector.Join();
        }
    }

    private static float[] Compute(torch.Tensor x, torch.Tensor weight, torch.Tensor bias)
    {
        using var scope = torch.NewDisposeScope();
        var probabilities = Gpt2Block.AttentionLogits(x, x).softmax(-1);
        var attended = Gpt2Block.WeightedValues(probabilities, x);
        return Gpt2Block.Gelu(Gpt2Block.LayerNorm(attended, weight, bias, 1e-5)).data<float>().ToArray();
    }

    private static void Collect(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            GC.Collect(0);
            GC.WaitForPendingFinalizers();
        }
    }
}
