using AeServerless.Engine.Datasets;
using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;

namespace AeServerless.Models.Tests.Running;

/// <summary>Makes shards of tokens alone.</summary>
internal static class TokenShard
{
    public static async Task<Shard> CreateAsync(ushort[] ids, int[] lengths, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream();
        var writer = await SafetensorsRowWriter.CreateAsync(
            stream,
            [new("tokens", TensorDtype.U16, [ids.Length]), new("sequence_lengths", TensorDtype.I32, [lengths.Length])],
            null,
            cancellationToken);
        await writer.WriteRowsAsync("tokens", 0, ids.AsMemory(), cancellationToken);
        await writer.WriteRowsAsync("sequence_lengths", 0, lengths.AsMemory(), cancellationToken);
        await writer.CompleteAsync(cancellationToken);
        return await Shard.OpenAsync(
            new MemoryByteSource("shard", stream.ToArray()), new ShardReference("s", ids.Length, lengths.Length), cancellationToken);
    }
}
