using System.Buffers.Binary;
using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Tests.Fixtures;

/// <summary>Safetensors files in memory.</summary>
internal static class SafetensorsBytes
{
    public static byte[] Of(string header, int dataLength) => Of(System.Text.Encoding.UTF8.GetBytes(header), dataLength);

    public static byte[] Of(byte[] header, int dataLength)
    {
        var file = new byte[8 + header.Length + dataLength];
        BinaryPrimitives.WriteUInt64LittleEndian(file, (ulong)header.Length);
        header.CopyTo(file, 8);
        return file;
    }

    public static async Task<byte[]> WriteAsync(
        IReadOnlyDictionary<string, string>? metadata, params (TensorSpec Spec, Array Values)[] tensors)
    {
        using var stream = new MemoryStream();
        await using var writer =
            await SafetensorsWriter.CreateAsync(stream, [.. tensors.Select(tensor => tensor.Spec)], metadata, CancellationToken.None);
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
        return stream.ToArray();
    }

    public static Task<SafetensorsFile> OpenAsync(byte[] bytes, string name = "file.safetensors") =>
        SafetensorsFile.OpenAsync(new MemoryByteSource(name, bytes), CancellationToken.None);
}
