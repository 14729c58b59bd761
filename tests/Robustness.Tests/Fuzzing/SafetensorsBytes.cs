using AeServerless.Engine.Tensors;

namespace AeServerless.Robustness.Tests.Fuzzing;

/// <summary>Valid safetensors files in memory.</summary>
internal static class SafetensorsBytes
{
    public static byte[] Of(IReadOnlyDictionary<string, string>? metadata, params (TensorSpec Spec, Array Values)[] tensors)
    {
        using var stream = new MemoryStream();
        Synchronously.Run(WriteAsync(stream, metadata, tensors));
        return stream.ToArray();
    }

    private static async Task WriteAsync(
        MemoryStream stream, IReadOnlyDictionary<string, string>? metadata, (TensorSpec Spec, Array Values)[] tensors)
    {
        await using var writer = await SafetensorsWriter.CreateAsync(
            stream, [.. tensors.Select(tensor => tensor.Spec)], metadata, CancellationToken.None);
        foreach (var (_, values) in tensors)
        {
            await (values switch
            {
                float[] floats => writer.WriteAsync(floats.AsMemory(), CancellationToken.None),
                double[] doubles => writer.WriteAsync(doubles.AsMemory(), CancellationToken.None),
                long[] longs => writer.WriteAsync(longs.AsMemory(), CancellationToken.None),
                int[] ints => writer.WriteAsync(ints.AsMemory(), CancellationToken.None),
                byte[] bytes => writer.WriteAsync(bytes.AsMemory(), CancellationToken.None),
                _ => throw new ArgumentException(values.GetType().Name, nameof(tensors)),
            });
        }

        await writer.CompleteAsync(CancellationToken.None);
    }
}
