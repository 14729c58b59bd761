using AeServerless.Engine;
using AeServerless.Engine.IO;
using AeServerless.Formats.Pickle;
using AeServerless.Formats.Tensors;

namespace AeServerless.Formats.Tests.Pickle;

public sealed class TorchFileTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Dictionary_HoldsTensorsAndValues()
    {
        var pickle = PickleBuilder.Start.Raw("}(").Text("w").Tensor("0", 6, 0, [2, 3], [3, 1])
            .Text("k").Whole(7).Text("name").Text("ReLU").Raw("u").End();
        var file = await OpenAsync(PickleBuilder.Archive(pickle, [1, 2, 3, 4, 5, 6]));
        var matrix = await TensorReader.ReadMatrixAsync(file.Tensors["w"], transposed: false, Cancel);
        Assert.Equal([4, 5, 6], matrix.Row(1).ToArray());
        Assert.Equal(7L, file.Values["k"]);
        Assert.Equal("ReLU", file.Values["name"]);
    }

    [Theory]
    [InlineData("cos\nsystem\n", "os.system")]
    [InlineData("cbuiltins\nexec\n", "builtins.exec")]
    [InlineData("(ios\nsystem\n", "os.system")]
    [InlineData("ctorch._utils\n_rebuild_tensor_v3\n", "_rebuild_tensor_v3")]
    [InlineData("ccollections\nCounter\n", "collections.Counter")]
    [InlineData("ctorch._utils\n_rebuild_tensor_v2.__globals__\n", "__globals__")]
    public async Task OtherName_IsRefusedByName(string instructions, string named)
    {
        var pickle = PickleBuilder.Start.Raw("}(").Text("x").Raw(instructions).Raw("u").End();
        var error = await RefusedAsync(PickleBuilder.Archive(pickle));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NameFromTheStack_IsRefusedByName()
    {
        var pickle = PickleBuilder.Start.Raw("}(").Text("x").Text("os").Text("system").Raw(0x93).Raw("u").End();
        var error = await RefusedAsync(PickleBuilder.Archive(pickle));
        Assert.Contains("os.system", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ctorch\nFloatStorage\n)R")]
    [InlineData("ccollections\nOrderedDict\n)\u0081")]
    [InlineData("ctorch._utils\n_rebuild_tensor_v2\n)R")]
    [InlineData("ctorch._utils\n_rebuild_parameter\n)R")]
    [InlineData("]}b")]
    [InlineData("NQ")]
    public async Task KnownNameUsedOtherwise_IsRefused(string instructions)
    {
        var error = await RefusedAsync(Wrapped([.. instructions.Select(letter => (byte)letter)]));
        Assert.Contains("pickle", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, new[] { 3, 3 }, new[] { 3, 1 }, "stride")]
    [InlineData(1, new[] { 2, 3 }, new[] { 3, 1 }, "stride")]
    [InlineData(0, new[] { 2, 3 }, new[] { int.MaxValue, int.MaxValue }, "stride")]
    [InlineData(0, new[] { 1_000_000, 1_000_000 }, new[] { 0, 0 }, "repeat")]
    [InlineData(0, new[] { -2, 3 }, new[] { 3, 1 }, "shape")]
    [InlineData(-1, new[] { 1, 1 }, new[] { 1, 1 }, "offset")]
    public async Task ViewThatLeavesItsStorage_IsRefused(int offset, int[] shape, int[] strides, string named)
    {
        var pickle = PickleBuilder.Start.Raw("}(").Text("w").Tensor("0", 6, offset, shape, strides).Raw("u").End();
        var error = await RefusedAsync(PickleBuilder.Archive(pickle, [1, 2, 3, 4, 5, 6]));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MissingStorage_IsRefusedByName()
    {
        var pickle = PickleBuilder.Start.Raw("}(").Text("w").Tensor("9", 6, 0, [6], [1]).Raw("u").End();
        var error = await RefusedAsync(PickleBuilder.Archive(pickle));
        Assert.Contains("storage '9'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DictionaryInItself_IsRefused()
    {
        // A dictionary is remembered, given a tensor and then itself.
        var pickle = PickleBuilder.Start.Raw("}q\0(").Text("w").Tensor("0", 1, 0, [1], [1]).Text("self").Raw("h\0u").End();
        var error = await RefusedAsync(PickleBuilder.Archive(pickle, [1]));
        Assert.Contains("deep", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_IsNoDictionaryOfTensors()
    {
        var error = await RefusedAsync(PickleBuilder.Archive(PickleBuilder.Start.Raw("]").End()));
        Assert.Contains("state_dict", error.Message, StringComparison.Ordinal);
    }

    private static byte[] Wrapped(byte[] instructions) =>
        PickleBuilder.Archive(PickleBuilder.Start.Raw("}(").Text("x").Raw(instructions).Raw("u").End());

    private static Task<TensorFile> OpenAsync(byte[] bytes) => TorchFile.OpenAsync(new MemoryByteSource("file.pt", bytes), Cancel);

    private static Task<InvalidInputException> RefusedAsync(byte[] bytes) =>
        Assert.ThrowsAsync<InvalidInputException>(() => OpenAsync(bytes));
}
