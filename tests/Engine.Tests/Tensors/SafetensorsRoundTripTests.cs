using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;
using AeServerless.Engine.Tests.Fixtures;
using AeServerless.TestSupport;
using CsCheck;

namespace AeServerless.Engine.Tests.Tensors;

public sealed class SafetensorsRoundTripTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void AnyTensors_ComeBackAsWritten()
    {
        var shape = Gen.Int[0, 5].Select(n => (long)n).Array[0, 3];
        Gen.Select(
            shape, shape, shape, Gen.UInt, Gen.Dictionary(Gen.String[0, 5], Gen.String[0, 5])[0, 3]).Sample((s0, s1, s2, seed, metadata) =>
        {
            var longs = Values(s0, seed, random => random.NextInt64());
            var doubles = Values(s1, seed, random => random.NextDouble() - 0.5);
            var floats = Values(s2, seed, random => random.NextSingle() - 0.5f);
            var clean = metadata.Where(pair => IsUnicode(pair.Key) && IsUnicode(pair.Value)).ToDictionary();
            var bytes = SafetensorsBytes.WriteAsync(
                clean,
                (new TensorSpec("longs", TensorDtype.I64, s0), longs),
                (new TensorSpec("doubles", TensorDtype.F64, s1), doubles),
                (new TensorSpec("floats", TensorDtype.F32, s2), floats)).GetAwaiter().GetResult();
            var file = SafetensorsBytes.OpenAsync(bytes).GetAwaiter().GetResult();
            Assert.Equal(0, file.Tensors["longs"].Offset % 8);
            Assert.Equal(clean, file.Metadata);
            Assert.Equal(s2, file.Tensors["floats"].Shape);
            Assert.Equal(longs, file.ReadInt64Async("longs", Cancellation).GetAwaiter().GetResult());
            Assert.Equal(doubles, file.ReadDoublesAsync("doubles", Cancellation).GetAwaiter().GetResult());
            Assert.Equal(floats, file.ReadFloatsAsync("floats", Cancellation).GetAwaiter().GetResult());
        }, iter: 200);
    }

    [Theory]
    [InlineData(TensorDtype.F16)]
    [InlineData(TensorDtype.BF16)]
    public async Task EveryNarrowFloat_WidensAndNarrowsToItself(TensorDtype dtype)
    {
        var patterns = Enumerable.Range(0, 1 << 16).Select(bits => (ushort)bits).ToArray();
        var exact = patterns.Select(
            bits => dtype == TensorDtype.F16
                ? (float)BitConverter.UInt16BitsToHalf(bits)
                : BitConverter.UInt32BitsToSingle((uint)bits << 16)).ToArray();

        var bytes = await SafetensorsBytes.WriteAsync(null, (new TensorSpec("x", dtype, [1 << 16]), exact));
        var read = await (await SafetensorsBytes.OpenAsync(bytes)).ReadFloatsAsync("x", Cancellation);

        Assert.All(Enumerable.Range(0, 1 << 16), i =>
            Assert.True(
                float.IsNaN(exact[i])
                    ? float.IsNaN(read[i])
                    : BitConverter.SingleToUInt32Bits(exact[i]) == BitConverter.SingleToUInt32Bits(read[i])));
    }

    [Theory]
    [InlineData(0x3F80_7FFFu, 0x3F80)]
    [InlineData(0x3F80_8000u, 0x3F80)]
    [InlineData(0x3F81_8000u, 0x3F82)]
    [InlineData(0x3F80_8001u, 0x3F81)]
    [InlineData(0x7F7F_FFFFu, 0x7F80)]
    public async Task NarrowingToBFloat16_RoundsHalfToEven(uint bits, int expected)
    {
        var bytes = await SafetensorsBytes.WriteAsync(
            null, (new TensorSpec("x", TensorDtype.BF16, [1]), new[] { BitConverter.UInt32BitsToSingle(bits) }));

        Assert.Equal(expected, bytes[^2] | (bytes[^1] << 8));
    }

    [Theory]
    [InlineData(TensorDtype.F32)]
    [InlineData(TensorDtype.F16)]
    [InlineData(TensorDtype.BF16)]
    public async Task RowSpan_LargerThanABlock_ReadsThoseRowsAlone(TensorDtype dtype)
    {
        const int rows = 9_000, width = 128;
        var values = Enumerable.Range(0, rows * width).Select(i => (float)(i % 251)).ToArray();
        var bytes = await SafetensorsBytes.WriteAsync(null, (new TensorSpec("x", dtype, [rows, width]), values));
        var source = new CountingSource(new MemoryByteSource("x", bytes));
        var file = await SafetensorsFile.OpenAsync(source, Cancellation);
        source.BytesRead = 0;
        var span = new float[8_500 * width];

        await file.ReadRowsAsync(file.Tensors["x"], 300, span.AsMemory(), Cancellation);

        Assert.Equal(values[(300 * width)..(300 * width + span.Length)], span);
        Assert.Equal((long)span.Length * dtype.Size(), source.BytesRead);
    }

    [Fact]
    public async Task RowsOutsideTheTensor_Throw()
    {
        var file = await SafetensorsBytes.OpenAsync(
            await SafetensorsBytes.WriteAsync(null, (new TensorSpec("x", TensorDtype.F32, [2, 3]), new float[6])));

        await Assert.ThrowsAsync<ArgumentException>(
            () => file.ReadRowsAsync(file.Tensors["x"], 1, new float[6].AsMemory(), Cancellation).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(
            () => file.ReadRowsAsync(file.Tensors["x"], 0, new float[4].AsMemory(), Cancellation).AsTask());
        await Assert.ThrowsAsync<InvalidInputException>(() => file.ReadInt32Async("x", Cancellation));
        await Assert.ThrowsAsync<InvalidInputException>(() => file.ReadFloatsAsync("y", Cancellation));
    }

    [Fact]
    public async Task Writer_RefusesWhatWasNotDeclared()
    {
        using var stream = new MemoryStream();
        await using var writer = await SafetensorsWriter.CreateAsync(stream, [new("x", TensorDtype.F32, [2])], null, Cancellation);

        await Assert.ThrowsAsync<InvalidOperationException>(() => writer.WriteAsync(new long[1], Cancellation));
        await Assert.ThrowsAsync<InvalidOperationException>(() => writer.WriteAsync(new float[3], Cancellation));
        await writer.WriteAsync(new float[1], Cancellation);
        await Assert.ThrowsAsync<InvalidOperationException>(() => writer.CompleteAsync(Cancellation));
        await writer.WriteAsync(new float[1], Cancellation);
        await Assert.ThrowsAsync<InvalidOperationException>(() => writer.WriteAsync(new float[1], Cancellation));
        await writer.CompleteAsync(Cancellation);
        await Assert.ThrowsAsync<ArgumentException>(() => SafetensorsWriter.CreateAsync(
            stream, [new("x", TensorDtype.F16, [1]), new("y", TensorDtype.I64, [1])], null, Cancellation));
    }

    [Theory]
    [InlineData("dev-1")]
    [InlineData("dev-2")]
    public async Task GoldenFiles_AllOpen(string set)
    {
        var files = Directory.GetFiles(Repository.Golden(set, ""), "*.safetensors", SearchOption.AllDirectories);
        foreach (var path in files)
        {
            using var source = new FileByteSource(path);
            var file = await SafetensorsFile.OpenAsync(source, Cancellation);
            var first = file.Tensors.Values.First(tensor => tensor.Dtype == TensorDtype.F32);
            Assert.Equal(first.Count, (await file.ReadFloatsAsync(first.Name, Cancellation)).Length);
        }

        Assert.NotEmpty(files);
    }

    private static T[] Values<T>(long[] shape, uint seed, Func<Random, T> next)
    {
        var random = new Random((int)(seed & 0x7FFF_FFFF));
        return [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => next(random))];
    }

    private static bool IsUnicode(string text) => text.EnumerateRunes().All(rune => rune != System.Text.Rune.ReplacementChar);

    private sealed class CountingSource(IByteSource inner) : IByteSource
    {
        public long BytesRead { get; set; }

        public string Name => inner.Name;

        public long Length => inner.Length;

        public ValueTask ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
        {
            BytesRead += destination.Length;
            return inner.ReadAsync(offset, destination, cancellationToken);
        }
    }
}
