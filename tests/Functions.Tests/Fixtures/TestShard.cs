using AeServerless.Engine.Tensors;

namespace AeServerless.Functions.Tests.Fixtures;

/// <summary>Makes shards of made-up activations: the same seed gives the same bytes.</summary>
internal static class TestShard
{
    public const int Neurons = 128;
    public const int Width = 32;

    public static async Task<byte[]> CreateAsync(int seed, int[] sequenceLengths, Action<float[]>? change = null)
    {
        var tokens = sequenceLengths.Sum();
        var random = new Random(seed);
        float[] Values(int width) => [.. Enumerable.Range(0, tokens * width).Select(_ => (float)((random.NextDouble() * 2) - 0.7))];

        var ids = Enumerable.Range(0, tokens).Select(_ => (long)random.Next(101)).ToArray();
        var neurons = Values(Neurons);
        change?.Invoke(neurons);
        using var stream = new MemoryStream();
        await using (var writer = await SafetensorsWriter.CreateAsync(
            stream,
            [
                new TensorSpec("tokens", TensorDtype.I64, [tokens]),
                new TensorSpec("sequence_lengths", TensorDtype.I32, [sequenceLengths.Length]),
                new TensorSpec("mlp.post_act/forward/0", TensorDtype.F32, [tokens, Neurons]),
                new TensorSpec("resid.delta_attn/forward/0", TensorDtype.F32, [tokens, Width]),
            ],
            metadata: null,
            TestContext.Current.CancellationToken))
        {
            await writer.WriteAsync(ids, TestContext.Current.CancellationToken);
            await writer.WriteAsync(sequenceLengths, TestContext.Current.CancellationToken);
            await writer.WriteAsync(neurons, TestContext.Current.CancellationToken);
            await writer.WriteAsync(Values(Width), TestContext.Current.CancellationToken);
        }

        return stream.ToArray();
    }
}
