using AeServerless.Engine;
using AeServerless.Engine.IO;
using AeServerless.Formats.Arrow;
using Apache.Arrow;
using Apache.Arrow.Ipc;
using static AeServerless.Cli.Tests.Conversion.SaeLensCache;

namespace AeServerless.Cli.Tests.Conversion;

public sealed class ArrowDamageTests
{
    private static readonly RecordBatch Whole =
        Batch([.. Enumerable.Range(0, 2 * Context)], [.. Enumerable.Range(0, 2 * Context * Width).Select(i => (float)i)]);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task FilesThatAreCut_AreRefused_WhereverItWas(bool isStream)
    {
        var content = isStream ? Stream(Whole, Whole) : File(Whole, Whole);
        Assert.Equal(4, await RowsAsync(content));
        for (var length = 0; length < content.Length; length++)
        {
            await Assert.ThrowsAsync<InvalidInputException>(() => RowsAsync(content[..length]));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ChangedBytes_GiveNothingButRefusals(bool isStream)
    {
        var content = isStream ? Stream(Whole) : File(Whole);
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            var changed = (byte[])content.Clone();
            changed[random.Next(changed.Length)] = i % 3 == 0 ? (byte)0xFF : (byte)random.Next(256);
            changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                await RowsAsync(changed);
            }
            catch (InvalidInputException)
            {
                // As it should be.
            }
        }
    }

    [Fact]
    public async Task CompressedBuffers_AreRefusedByName()
    {
        using var stream = new MemoryStream();
        var options = new IpcOptions { CompressionCodec = CompressionCodecType.Zstd, CompressionCodecFactory = new NoCompression() };
        using (var writer = new ArrowStreamWriter(stream, Whole.Schema, leaveOpen: true, options))
        {
            writer.WriteRecordBatch(Whole);
            writer.WriteEnd();
        }

        var error = await Assert.ThrowsAsync<InvalidInputException>(() => RowsAsync(stream.ToArray()));

        Assert.Contains("compressed with Zstandard", error.Message, StringComparison.Ordinal);
        Assert.Contains("compression=\"uncompressed\"", error.Message, StringComparison.Ordinal);
    }

    private static async Task<long> RowsAsync(byte[] content)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var file = await ArrowFile.OpenAsync(new MemoryByteSource("cache.arrow", content), cancellationToken);
        var rows = 0L;
        foreach (var name in file.FloatLists().Append("token_ids"))
        {
            rows = 0;
            foreach (var tensor in await file.ReadColumnAsync(name, cancellationToken))
            {
                await tensor.Source.ReadAsync(
                    tensor.Offset, new byte[tensor.Count * Engine.Tensors.TensorDtypes.Size(tensor.Dtype)], cancellationToken);
                rows += tensor.Shape[0];
            }
        }

        return rows;
    }

    private sealed class NoCompression : ICompressionCodecFactory
    {
        public ICompressionCodec CreateCodec(CompressionCodecType compressionCodecType) => new Copy();

        public ICompressionCodec CreateCodec(CompressionCodecType compressionCodecType, int? compressionLevel) => new Copy();
    }

    private sealed class Copy : ICompressionCodec
    {
        public int Decompress(ReadOnlyMemory<byte> source, Memory<byte> destination)
        {
            source.CopyTo(destination);
            return source.Length;
        }

        public void Compress(ReadOnlyMemory<byte> source, Stream destination) => destination.Write(source.Span);

        public void Dispose()
        {
        }
    }
}
