using AeServerless.Engine.Datasets;
using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;
using AeServerless.Engine.Tests.Fixtures;

namespace AeServerless.Engine.Tests.Datasets;

public sealed class ShardTests
{
    private static readonly (TensorSpec, Array) Tokens = (new("tokens", TensorDtype.I64, [5]), new long[] { 4, 3, 2, 1, 0 });
    private static readonly (TensorSpec, Array) Lengths = (new("sequence_lengths", TensorDtype.I32, [2]), new[] { 2, 3 });
    private static readonly (TensorSpec, Array) Recorded = Tensor("mlp.post_act/forward/2", [5, 4]);

    [Fact]
    public async Task ValidShard_IsRead()
    {
        var shard = await OpenAsync(Tokens, Lengths, Recorded, Tensor("resid.post_mlp/backward/3", [5, 2], TensorDtype.BF16));

        Assert.Equal(5, shard.Tokens);
        Assert.Equal([2, 3], shard.SequenceLengths);
        Assert.NotNull(shard.Find(ActivationLocation.MlpPostAct, PassType.Forward, 2));
        Assert.NotNull(shard.Find(ActivationLocation.ResidPostMlp, PassType.Backward, 3));
        Assert.Null(shard.Find(ActivationLocation.MlpPostAct, PassType.Backward, 2));
        var tokens = new long[2];
        await shard.ReadTokensAsync(1, tokens, TestContext.Current.CancellationToken);
        Assert.Equal([3, 2], tokens);
    }

    [Theory]
    [InlineData(TensorDtype.I32)]
    [InlineData(TensorDtype.U16)]
    public async Task TokensOfSmallerTypes_AreRead(TensorDtype dtype)
    {
        int[] ids = [4, 65_535, 2, 1, 0];
        using var stream = new MemoryStream();
        var writer = await SafetensorsRowWriter.CreateAsync(
            stream, [new("tokens", dtype, [5]), new("sequence_lengths", TensorDtype.I32, [2])], null,
            TestContext.Current.CancellationToken);
        await (dtype == TensorDtype.U16
            ? writer.WriteRowsAsync("tokens", 0, Array.ConvertAll(ids, id => (ushort)id).AsMemory(), TestContext.Current.CancellationToken)
            : writer.WriteRowsAsync("tokens", 0, ids.AsMemory(), TestContext.Current.CancellationToken));
        await writer.WriteRowsAsync("sequence_lengths", 0, new[] { 2, 3 }.AsMemory(), TestContext.Current.CancellationToken);
        await writer.CompleteAsync(TestContext.Current.CancellationToken);
        var shard = await OpenAsync(stream.ToArray());
        var tokens = new long[3];

        await shard.ReadTokensAsync(1, tokens, TestContext.Current.CancellationToken);

        Assert.True(shard.IsOfTokensAlone);
        Assert.Equal([65_535, 2, 1], tokens);
    }

    [Fact]
    public async Task RecordedTensorWithoutLayersInTheManifest_IsRefusedByName()
    {
        var bytes = await SafetensorsBytes.WriteAsync(null, Tokens, Lengths, Recorded);

        var error = await Assert.ThrowsAsync<InvalidInputException>(() => Shard.OpenAsync(
            new MemoryByteSource(
                "shards/0.safetensors", bytes), new ShardReference("s", 5, 2), TestContext.Current.CancellationToken, layers: 0));

        Assert.Contains("'mlp.post_act/forward/2': is recorded, but the manifest says layers 0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task IdThatResultsCannotHold_IsRefusedByName()
    {
        var shard = await OpenAsync((new("tokens", TensorDtype.I64, [5]), new[] { 4L, int.MaxValue, 2, 1L << 31, 0 }), Lengths);

        var tokens = new long[2];
        await shard.ReadTokensAsync(1, tokens, TestContext.Current.CancellationToken);
        Assert.Equal([int.MaxValue, 2L], tokens);
        var error = await Assert.ThrowsAsync<InvalidInputException>(
            () => shard.ReadTokensAsync(2, tokens, TestContext.Current.CancellationToken).AsTask());
        Assert.Contains("'tokens'", error.Message, StringComparison.Ordinal);
        Assert.Contains("token 3 is 2147483648; ids must be at most 2147483647", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MissingVectors_AreNamed()
    {
        await FaultAsync("tensor 'tokens': is missing", Lengths, Recorded);
        await FaultAsync("tensor 'sequence_lengths': is missing", Tokens, Recorded);
    }

    [Fact]
    public async Task WrongVectors_AreNamed()
    {
        await FaultAsync("'tokens': is F32 [5]; I64 or I32 or U16 with one dimension is needed", Lengths, Tensor("tokens", [5]));
        await FaultAsync(
            "'tokens': has 4 elements, but the manifest says 5 tokens", (new("tokens", TensorDtype.I64, [4]), new long[4]), Lengths);
        await FaultAsync(
            "'sequence_lengths': has 1 elements, but the manifest says 2 sequences", Tokens, (
                new("sequence_lengths", TensorDtype.I32, [1]), new[] { 5 }));
        await FaultAsync(
            "'sequence_lengths': has the length 0 at 1", Tokens, (new("sequence_lengths", TensorDtype.I32, [2]), new[] { 5, 0 }));
        await FaultAsync(
            "'sequence_lengths': has the length -1 at 0", Tokens, (new("sequence_lengths", TensorDtype.I32, [2]), new[] { -1, 6 }));
        await FaultAsync(
            "'sequence_lengths': adds up to 4, but the shard has 5 tokens", Tokens, (
                new("sequence_lengths", TensorDtype.I32, [2]), new[] { 2, 2 }));
    }

    [Fact]
    public async Task WrongRecordedTensors_AreNamed()
    {
        await FaultAsync(
            "'mlp.post_act/forward/2': has 4 rows, but the shard has 5 tokens", Tokens, Lengths, Tensor("mlp.post_act/forward/2", [4, 4]));
        await FaultAsync("'mlp.post_act/forward/2': has the shape [5]", Tokens, Lengths, Tensor("mlp.post_act/forward/2", [5]));
        await FaultAsync(
            "'mlp.post_act/forward/2': is I32; F32, F16 or BF16", Tokens, Lengths, (
                new("mlp.post_act/forward/2", TensorDtype.I32, [5, 1]), new int[5]));
        await FaultAsync("'mlp.middle/forward/2': has the unknown location", Tokens, Lengths, Tensor("mlp.middle/forward/2", [5, 4]));
        await FaultAsync(
            "'mlp.post_act/forward/4': is of layer 4, but the model has layers 0 to 3", Tokens, Lengths, Tensor(
                "mlp.post_act/forward/4", [5, 4]));
    }

    [Fact]
    public async Task TruncatedShard_Throws()
    {
        var bytes = await SafetensorsBytes.WriteAsync(null, Tokens, Lengths, Recorded);

        for (var length = 0; length < bytes.Length; length++)
        {
            await Assert.ThrowsAsync<InvalidInputException>(() => OpenAsync(bytes[..length]));
        }
    }

    private static (TensorSpec, Array) Tensor(string name, long[] shape, TensorDtype dtype = TensorDtype.F32) =>
        (new(name, dtype, shape), new float[shape.Aggregate(1L, (a, b) => a * b)]);

    private static async Task FaultAsync(string message, params (TensorSpec Spec, Array)[] tensors)
    {
        var error = await Assert.ThrowsAsync<InvalidInputException>(
            () => OpenAsync([.. tensors.OrderByDescending(tensor => tensor.Spec.Dtype.Size())]));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.StartsWith("shards/0.safetensors", error.Message, StringComparison.Ordinal);
    }

    private static async Task<Shard> OpenAsync(params (TensorSpec, Array)[] tensors) =>
        await OpenAsync(await SafetensorsBytes.WriteAsync(null, tensors));

    private static Task<Shard> OpenAsync(byte[] bytes) => Shard.OpenAsync(
        new MemoryByteSource("shards/0.safetensors", bytes), new ShardReference(
            "shards/0.safetensors", 5, 2), TestContext.Current.CancellationToken, layers: 4);
}
