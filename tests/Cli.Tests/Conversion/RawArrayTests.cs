using AeServerless.Engine.Tensors;
using AeServerless.TestSupport;

namespace AeServerless.Cli.Tests.Conversion;

[Collection(ConsoleCollection.Name)]
public sealed class RawArrayTests : IDisposable
{
    private readonly ConvertedFolder _folder = new();
    private readonly float[] _values = [.. Enumerable.Range(0, 24).Select(i => i / 4f)];

    [Theory]
    [InlineData("float32", 4)]
    [InlineData("bfloat16", 2)]
    [InlineData("float16", 2)]
    public async Task RawNumbersWithAShape_BecomeADatasetWithTheSameBits(string type, int size)
    {
        var content = ConvertedFolder.Bytes<float>(_values)[..(_values.Length * size)];
        _folder.Write("acts.dat", content);
        _folder.Write("tokens.bin", ConvertedFolder.Bytes(Enumerable.Range(0, 8).Select(id => (ushort)(65_535 - id))));

        var (exitCode, _, errors) = await _folder.RunAsync("tokens.bin#uint16:2x4", $"acts.dat#{type}:8x3");

        Assert.True(exitCode == 0, errors);
        var (_, tokens, activations) = await _folder.ReadAsync();
        Assert.Equal(Enumerable.Range(0, 8).Select(id => 65_535L - id), tokens);
        Assert.Equal(content, activations);
    }

    [Theory]
    [InlineData("acts.dat", "is not known by its name", "acts.dat#float32:1000x128x768")]
    [InlineData("acts.dat#8x3", "is not known by its name")]
    [InlineData("acts.dat#float32:8x4", "needs 128 bytes, and the file has 96")]
    [InlineData("acts.dat#float64:8x3", "has the type 'float64'")]
    [InlineData("acts.dat#float32:8x-3", "must be type and shape")]
    [InlineData("acts.dat#float32:2x2x2x3", "must be type and shape")]
    [InlineData("acts.dat#float32:24", "has the shape [24]")]
    [InlineData("acts.dat#float32:4x2x3", "has sequences of 2 tokens, but those of the token ids have 4")]
    [InlineData("none.dat#float32:8x3", "does not exist")]
    public async Task RawNumbersThatDoNotFit_AreRefused(string activations, params string[] said)
    {
        _folder.Write("acts.dat", ConvertedFolder.Bytes<float>(_values));
        _folder.Write("tokens.bin", ConvertedFolder.Bytes(Enumerable.Range(0, 8)));

        await _folder.RefusesAsync("tokens.bin#int32:2x4", activations, said);
    }

    [Fact]
    public async Task ChunksOfSafetensors_ArePutTogetherByName()
    {
        for (var chunk = 0; chunk < 2; chunk++)
        {
            await using var stream = new MemoryStream();
            TensorSpec[] specs = [new("tokens", TensorDtype.I64, [1, 4]), new("activation", TensorDtype.F32, [1, 4, 3])];
            var writer = await SafetensorsRowWriter.CreateAsync(stream, specs, metadata: null, TestContext.Current.CancellationToken);
            long[] ids = [.. Enumerable.Range(chunk * 4, 4).Select(id => (long)id)];
            await writer.WriteRowsAsync("tokens", 0, ids.AsMemory(), TestContext.Current.CancellationToken);
            await writer.WriteRowsAsync("activation", 0, _values.AsMemory(chunk * 12, 12), TestContext.Current.CancellationToken);
            await writer.CompleteAsync(TestContext.Current.CancellationToken);
            _folder.Write($"chunks/chunk-{chunk}.safetensors", stream.ToArray());
        }

        var (exitCode, _, errors) = await _folder.RunAsync("chunks", "chunks");

        Assert.True(exitCode == 0, errors);
        var (_, tokens, activations) = await _folder.ReadAsync();
        Assert.Equal(Enumerable.Range(0, 8).Select(id => (long)id), tokens);
        Assert.Equal(ConvertedFolder.Bytes<float>(_values), activations);
    }

    [Fact]
    public async Task TokensOfDelphi_AreTakenOnce_ThoughEverySplitHasThem()
    {
        var cache = Path.Combine(RepositoryRoot.Path, "tests", "golden-exports", "delphi", "latents", "layers.1.mlp");

        var (exitCode, output, errors) = await Ae.RunAsync(
            "convert", "--tokens", cache, "--layers", "4", "--model-blob", "models/dev/model.safetensors", "--out", _folder.File("out"));

        Assert.True(exitCode == 0, errors);
        Assert.Contains("Wrote 96 tokens in 1 shards", output, StringComparison.Ordinal);
        var (manifest, tokens, _) = await _folder.ReadAsync();
        Assert.Equal(6, manifest.Shards.Sum(shard => shard.Sequences));
        Assert.Equal(96, tokens.Count);
    }

    public void Dispose() => _folder.Dispose();
}
