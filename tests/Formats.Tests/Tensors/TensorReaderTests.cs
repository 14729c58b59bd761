using System.Runtime.InteropServices;
using AeServerless.Engine;
using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;
using AeServerless.Formats.Tensors;
using CsCheck;

namespace AeServerless.Formats.Tests.Tensors;

public sealed class TensorReaderTests
{
    [Fact]
    public async Task AnyView_ReadsAsItsStridesSay()
    {
        var views = Gen.Select(Gen.Int[1, 12], Gen.Int[1, 12], Gen.Int[1, 3], Gen.Int[0, 5], Gen.Int[0, 3], Gen.Bool, Gen.Bool);
        await views.SampleAsync(async view =>
        {
            var (rows, columns, step, gap, offset, swapped, transposed) = view;
            long[] strides = swapped ? [step, (rows * step) + gap] : [(columns * step) + gap, step];
            var values = Enumerable.Range(0, 4000).Select(i => i * 0.5f).ToArray();
            var tensor = Tensor(values, [rows, columns], strides, offset);
            var matrix = await TensorReader.ReadMatrixAsync(tensor, transposed, CancellationToken.None);
            for (var row = 0; row < rows; row++)
            {
                for (var column = 0; column < columns; column++)
                {
                    var expected = values[offset + (row * strides[0]) + (column * strides[1])];
                    Assert.Equal(expected, transposed ? matrix.Row(column)[row] : matrix.Row(row)[column]);
                }
            }
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task MatrixOfSeveralBlocks_IsReadWhole(bool transposed)
    {
        const int Rows = 5;
        const int Columns = 1 << 22;
        var values = new Half[Rows * Columns];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (Half)(i % 2039);
        }

        var bytes = MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
        var shape = transposed ? new long[] { Columns, Rows } : [Rows, Columns];
        var strides = transposed ? new long[] { 1, Columns } : [Columns, 1];
        var tensor = new StoredTensor("file", "w", TensorDtype.F16, shape, strides, new MemoryByteSource("file", bytes), 0);
        var matrix = await TensorReader.ReadMatrixAsync(tensor, transposed, TestContext.Current.CancellationToken);
        Assert.True(matrix.Blocks > 1);
        for (var i = 0; i < values.Length; i += 997)
        {
            Assert.Equal((float)values[i], matrix.Row(i / Columns)[i % Columns]);
        }
    }

    [Fact]
    public async Task Vector_ReadsAsItsStrideSays()
    {
        var vector = await TensorReader.ReadVectorAsync(Tensor([0, 1, 2, 3, 4, 5, 6], [3], [2], 1), TestContext.Current.CancellationToken);
        Assert.Equal([1, 3, 5], vector);
    }

    [Theory]
    [InlineData(float.NaN, "NaN in w")]
    [InlineData(float.NegativeInfinity, "infinity in w")]
    public async Task NumberThatIsNotFinite_IsRefusedWithItsPlace(float bad, string named)
    {
        var tensor = Tensor([1, 2, bad, 4], [2, 2], [2, 1], 0);
        var error = await Assert.ThrowsAsync<InvalidInputException>(
            () => TensorReader.ReadMatrixAsync(tensor, false, TestContext.Current.CancellationToken));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.Contains("element 2", error.Message, StringComparison.Ordinal);
    }

    private static StoredTensor Tensor(float[] values, long[] shape, long[] strides, int offset) => new(
        "file",
        "w",
        TensorDtype.F32,
        shape,
        strides,
        new MemoryByteSource("file", MemoryMarshal.AsBytes(values.AsSpan()).ToArray()),
        offset * sizeof(float));
}
