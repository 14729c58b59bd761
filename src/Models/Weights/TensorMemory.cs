using System.Buffers;
using System.Runtime.InteropServices;
using Tensor = TorchSharp.torch.Tensor;

namespace AeServerless.Models.Weights;

/// <summary>
/// The values of a tensor as memory: it is freed when it is disposed, where an array of that size would stay until the garbage collector
/// sees a need.
/// </summary>
/// <param name="tensor">In float32, contiguous and on the CPU; it becomes this object's.</param>
internal sealed class TensorMemory(Tensor tensor) : MemoryManager<float>
{
    public override Span<float> GetSpan() => MemoryMarshal.Cast<byte, float>(tensor.bytes);

    public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException("Tensors are read where they are.");

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            tensor.Dispose();
        }
    }
}
