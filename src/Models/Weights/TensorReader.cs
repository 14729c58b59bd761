using System.Runtime.InteropServices;
using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;
using AeServerless.Formats.Tensors;
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
        TensorDtype.F64 => torch.ScalarType.Float64,
        TensorDtype.F32 => torch.ScalarType.Float32,
        TensorDtype.F16 => torch.ScalarType.Float16,
        TensorDtype.BF16 => torch.ScalarType.BFloat16,
        _ => null,
    };

    /// <summary>Reads a tensor in the file's own type, onto the CPU and contiguous.</summary>
    /// <param name="stored">Where it lies.</param>
    /// <param name="type">Its type, as <see cref="ScalarType"/> gives it.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public static async Task<Tensor> ReadAsync(StoredTensor stored, torch.ScalarType type, CancellationToken cancellationToken)
    {
        long[] shape = [.. stored.Shape];
        if (stored.Count == 0 || stored.Strides.SequenceEqual(StoredTensor.RowMajor(stored.Shape)))
        {
            return await FillAsync(stored, torch.empty(shape, type), cancellationToken);
        }

        // A view in another order, as of a transposed matrix: all that lies between its first element and its last.
        var extent = 1 + stored.Shape.Zip(stored.Strides, (length, stride) => (length - 1) * stride).Sum();
        using var block = await FillAsync(stored, torch.empty([extent], type), cancellationToken);
        using var view = block.as_strided(shape, [.. stored.Strides]);
        return view.contiguous();
    }

    private static async Task<Tensor> FillAsync(StoredTensor stored, Tensor destination, CancellationToken cancellationToken)
    {
        var elements = destination.numel();
        var size = stored.Dtype.Size();
        var block = LargeArrays<byte>.Pool.Rent((int)Math.Min(BlockBytes, Math.Max(elements * size, 1)));
        try
        {
            using var flat = destination.view(-1);
            var blockElements = block.Length / size;
            for (var done = 0L; done < elements;)
            {
                var count = (int)Math.Min(blockElements, elements - done);
                await stored.Source.ReadAsync(stored.Offset + done * size, block.AsMemory(0, count * size), cancellationToken);
                using var part = flat.narrow(0, done, count);
                block.AsSpan(0, count * size).CopyTo(part.bytes);
                done += count;
            }

            return destination;
        }
        catch
        {
            destination.Dispose();
            throw;
        }
        finally
        {
            LargeArrays<byte>.Pool.Return(block);
        }
    }

    /// <summary>The values of a tensor of any float type and device, row after row, widened.</summary>
    public static double[] Doubles(Tensor tensor)
    {
        using var scope = torch.NewDisposeScope();
        return MemoryMarshal.Cast<byte, double>(tensor.to_type(torch.ScalarType.Float64).cpu().contiguous().bytes).ToArray();
    }

    /// <summary>The values of a float32 tensor of any device, row after row, as a copy.</summary>
    public static float[] Values(Tensor tensor)
    {
        using var scope = torch.NewDisposeScope();
        return MemoryMarshal.Cast<byte, float>(tensor.cpu().contiguous().bytes).ToArray();
    }
}
