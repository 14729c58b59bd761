using AeServerless.Engine.Tensors;
using AeServerless.Engine.Tests.Fixtures;
using CsCheck;

namespace AeServerless.Engine.Tests.Tensors;

public sealed class SafetensorsRowWriterTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void RowsInAnyOrder_GiveTheBytesOfTheStreamingWriter() =>
        Gen.Select(Gen.Int[1, 9], Gen.Int[1, 4], Gen.Int[0, 1000]).Sample((rows, width, seed) =>
    {
        var random = new Random(seed);
        var tokens = Enumerable.Range(0, rows).Select(row => (long)row).ToArray();
        var values = Enumerable.Range(0, rows * width).Select(_ => random.NextSingle()).ToArray();
        TensorSpec[] specs =
            [new("tokens", TensorDtype.I64, [rows]), new("a", TensorDtype.F32, [rows, width]), new("b", TensorDtype.F16, [rows, width])];
        var order = Enumerable.Range(0, rows).ToArray();
        random.Shuffle(order);

        using var stream = new MemoryStream();
        var writer = SafetensorsRowWriter.CreateAsync(stream, specs, null, Cancellation).GetAwaiter().GetResult();
        foreach (var row in order)
        {
            writer.WriteRowsAsync("b", row, values.AsMemory(row * width, width), Cancellation).GetAwaiter().GetResult();
            writer.WriteRowsAsync("tokens", row, tokens.AsMemory(row, 1), Cancellation).GetAwaiter().GetResult();
            writer.WriteRowsAsync("a", row, values.AsMemory(row * width, width), Cancellation).GetAwaiter().GetResult();
        }

        writer.CompleteAsync(Cancellation).GetAwaiter().GetResult();
        Assert.Equal(
            SafetensorsBytes.WriteAsync(
                null, (specs[0], tokens), (specs[1], values), (specs[2], values)).GetAwaiter().GetResult(), stream.ToArray());
    }, iter: 50);

    [Fact]
    public async Task MissingOrForeignRows_Throw()
    {
        using var stream = new MemoryStream();
        var writer = await SafetensorsRowWriter.CreateAsync(stream, [new("a", TensorDtype.F32, [2, 3])], null, Cancellation);

        await Assert.ThrowsAsync<InvalidOperationException>(() => writer.WriteRowsAsync("a", 1, new float[6], Cancellation));
        await Assert.ThrowsAsync<InvalidOperationException>(() => writer.WriteRowsAsync("a", 0, new long[3], Cancellation));
        await writer.WriteRowsAsync("a", 0, new float[3], Cancellation);
        await Assert.ThrowsAsync<InvalidOperationException>(() => writer.CompleteAsync(Cancellation));
    }
}
