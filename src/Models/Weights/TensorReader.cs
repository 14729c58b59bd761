using System.Runtime.InteropServices;
using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace AeServerless.Models.Weights;

/// <summary>Reads tensors of files into tensors of torch, in blocks, so that nothing is held twice.</summary>
internal static class TensorReader
{
    private const int BlockBytes = 1 << 22;

    /// <summary>The type of torch that holds values of a file as they are; null where weights don't have the dtype.</summary>
    public static torch.ScalarType? ScalarType(TensorDtype dtype) => dtype switch
    {
        TensorDtype.F32 => torch.ScalarType.Float32,
        TensorDtype.F16 => torch.ScalarType.Float16,
        TensorDtype.BF16 => torch.ScalarType.BFloat16,
        _ => null,
    };

    /// <summary>Fills a tensor of the file's own type and number of elements.</summary>
    /// <param name="source">The file.</param>
    /// <param name="entry">The tensor in it.</param>
    /// <param name="destination">On the CPU, contiguous; <c>[rows, …]</c>.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public static async Task FillAsync(IByteSource source, TensorEntry entry, Tensor destination, CancellationToken cancellationToken)
    {
        var block = LargeArrays<byte>.Pool.Rent((int)Math.Min(BlockBytes, Math.Max(entry.Length, 1)));
        try
        {
            var size = entry.Dtype.Size();
            using var flat = destination.view(-1);
            var blockElements = block.Length / size;
            for (var done = 0L; done < entry.Count;)
            {
                var count = (int)Math.Min(blockElements, entry.Count - done);
                await source.ReadAsync(entry.Offset + done * size, block.AsMemory(0, count * size), cancellationToken);
                using var part = flat.narrow(0, done, count);
                block.AsSpan(0, count * size).CopyTo(part.bytes);
                done += count;
            }
        }
        finally
        {
            LargeArrays<byte>.Pool.Return(block);
        }
    }

    /// <summary>The values of a float32 tensor on the CPU, row after row, as a copy.</summary>
    public static float[] Values(Tensor tensor)
    {
        using var flat = tensor.contiguous();
        return MemoryMarshal.Cast<byte, float>(flat.bytes).ToArray();
    }
}
