using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Encoding;
using AeServerless.Engine.Encoding.Sparse;
using AeServerless.Engine.IO;
using AeServerless.Engine.Runtime;
using AeServerless.Engine.Tensors;
using AeServerless.Engine.Tests.Fixtures;
using AeServerless.TestSupport;

namespace AeServerless.Engine.Tests.Autoencoders;

/// <summary>A file of more than 2^31 bytes, nearly all of it zeros that the disk does not hold, whose encoder is more than one block of
/// rows.</summary>
public sealed class LargeAutoencoderTests
{
    private const int Latents = 65_600;
    private const int Width = 4_096;
    private const long MemoryNeeded = 6L << 30;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task LastLatentOfALargeAutoencoder_IsFoundAndDecoded()
    {
        var free = GC.GetGCMemoryInfo();
        Assert.SkipUnless(free.TotalAvailableMemoryBytes - free.MemoryLoadBytes > MemoryNeeded, "less than 6 GB of memory are free");
        using var folder = new TemporaryFolder();
        var path = folder.File("large.safetensors");
        Write(path);
        Assert.True(new FileInfo(path).Length > int.MaxValue);
        using var source = new FileByteSource(path);

        var autoencoder = await Autoencoder.LoadAsync(await SafetensorsFile.OpenAsync(source, Cancellation), Cancellation);
        using var encoder = TestEngine.Encoder(autoencoder, new EncoderOptions(), new EngineOptions { Threads = 2 });
        var latents = new SparseLatents();
        encoder.Encode([.. Enumerable.Range(0, 2 * Width).Select(i => i % Width == Width - 1 ? i / Width + 1f : 0)], 2, latents);

        Assert.True(autoencoder.Encoder.Blocks.Count > 1);
        Assert.Equal([0, 2, 4], latents.RowStarts.ToArray());
        Assert.Equal([0, Latents - 1, 0, Latents - 1], latents.Latents.ToArray());
        Assert.Equal([2f, 3, 4, 6], latents.Values.ToArray());
        Assert.Equal(5, autoencoder.Decoder.Row(Latents - 1)[Width - 1]);
        Assert.Equal(0, autoencoder.Decoder.Row(Latents - 1)[0]);
    }

    /// <summary>The first latent reads 2 of the last input, the last latent 3; the last latent writes 5 to the last output.</summary>
    private static void Write(string path)
    {
        const long Matrix = 4L * Latents * Width;
        var header = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>
        {
            ["__metadata__"] = new { activation = "ReLU" },
            ["encoder.weight"] = Entry([Latents, Width], 0),
            ["decoder.weight"] = Entry([Width, Latents], Matrix),
            ["pre_bias"] = Entry([Width], 2 * Matrix),
            ["latent_bias"] = Entry([Latents], (2 * Matrix) + (4 * Width)),
        });
        using var file = new FileStream(path, FileMode.CreateNew);
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        file.Write(length);
        file.Write(header);
        var data = file.Position;
        file.SetLength(data + (2 * Matrix) + (4 * (Width + Latents)));
        Put(Width - 1, 2);
        Put(((long)Latents * Width) - 1, 3);
        Put((2L * Latents * Width) - 1, 5);

        void Put(long element, float value)
        {
            file.Position = data + (4 * element);
            file.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<float>(in value)));
        }
    }

    private static object Entry(long[] shape, long start) => new
    {
        dtype = "F32",
        shape,
        data_offsets = new[] { start, start + shape.Aggregate(4L, (bytes, size) => bytes * size) },
    };
}
