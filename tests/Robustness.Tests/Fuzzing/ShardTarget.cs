using AeServerless.Engine.Datasets;
using AeServerless.Engine.Tensors;

namespace AeServerless.Robustness.Tests.Fuzzing;

/// <summary>Shards: what is in them agrees with the manifest, and their rows can be read, chunk by chunk.</summary>
internal static class ShardTarget
{
    private const int Tokens = 7;
    private const int Layers = 4;
    private const int ChunkTokens = 3;

    public static FuzzTarget Create() => new(
        "shard",
        20_000,
        [Seed()],
        [.. SafetensorsTarget.Grammar, .. Words.Of(
            [.. ActivationLocation.All, "/forward/", "/backward/", "none", "tokens", "sequence_lengths", "/0", "/3", "/4", "/03", "/-1"])],
        Parse)
    {
        Mutate = Mutate,
    };

    /// <summary>Changes the numbers in the shard as often as the file around them.</summary>
    private static byte[] Mutate(Mutator mutator, byte[] file)
    {
        if (mutator.Random.Next(3) > 0)
        {
            return SafetensorsTarget.MutateFile(mutator, file);
        }

        var copy = (byte[])file.Clone();
        var dataStart = 8 + BitConverter.ToInt32(file);
        BitConverter.TryWriteBytes(copy.AsSpan(mutator.Random.Next(dataStart, copy.Length - sizeof(int))), (int)mutator.Length(2));
        return copy;
    }

    private static void Parse(byte[] bytes)
    {
        var source = new CountingByteSource("activations/d/shards/0.safetensors", bytes);
        var shard = Synchronously.Run(
            Shard.OpenAsync(source, new ShardReference("shards/0.safetensors", Tokens, 3), CancellationToken.None, Layers));
        foreach (var chunk in ChunkPlanner.Split(0, 0, shard.SequenceLengths, ChunkTokens))
        {
            Synchronously.Run(shard.ReadTokensAsync(chunk.FirstRow, new long[chunk.Tokens], CancellationToken.None));
            foreach (var entry in shard.Recorded.Values)
            {
                Synchronously.Run(
                    shard.File.ReadRowsAsync(entry, chunk.FirstRow, new float[chunk.Tokens * entry.RowWidth], CancellationToken.None));
            }
        }
    }

    private static byte[] Seed() => SafetensorsBytes.Of(
        null,
        (new("tokens", TensorDtype.I64, [Tokens]), new long[Tokens]),
        (new("mlp.post_act/forward/2", TensorDtype.F32, [Tokens, 3]), new float[Tokens * 3]),
        (new("sequence_lengths", TensorDtype.I32, [3]), new[] { 2, 4, 1 }),
        (new("resid.post_emb/forward/none", TensorDtype.BF16, [Tokens, 2]), new float[Tokens * 2]),
        (new("attn.q/backward/3", TensorDtype.F16, [Tokens, 2, 2]), new float[Tokens * 4]));
}
