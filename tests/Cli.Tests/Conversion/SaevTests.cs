using System.Text;

namespace AeServerless.Cli.Tests.Conversion;

[Collection(ConsoleCollection.Name)]
public sealed class SaevTests : IDisposable
{
    private const int Patches = 2;
    private const int Tokens = Patches + 1;
    private const int Width = 3;
    private const int Examples = 5;

    private static readonly int[] Layers = [5, 11];

    private readonly ConvertedFolder _folder = new();

    [Theory]
    [InlineData("n_imgs", "n_patches_per_img", "d_vit", "1.0.0")]
    [InlineData("n_ex", "patches_per_ex", "d_model", "2.0")]
    [InlineData("n_examples", "content_tokens_per_example", "d_model", "2.1")]
    public async Task ShardsOfEachVersion_GiveTheLayerThatIsAskedFor(string examples, string patches, string width, string protocol)
    {
        Write(examples, patches, width, protocol);

        var (exitCode, output, errors) = await _folder.RunAsync(tokens: null, "saev#11");

        Assert.True(exitCode == 0, errors);
        Assert.Contains("its position in its sequence", output, StringComparison.Ordinal);
        var (_, tokens, activations) = await _folder.ReadAsync();
        Assert.Equal(Enumerable.Range(0, Examples * Tokens).Select(i => (long)(i % Tokens)), tokens);
        var expected =
            from example in Enumerable.Range(0, Examples)
            from token in Enumerable.Range(0, Tokens)
            from element in Enumerable.Range(0, Width)
            select Value(example, 1, token, element);
        Assert.Equal(ConvertedFolder.Bytes(expected), activations);
    }

    [Theory]
    [InlineData("saev", "has the layers 5, 11: say which")]
    [InlineData("saev#7", "has the layers 5, 11: say which")]
    public async Task LayersThatAreNotThere_AreRefused(string activations, string said)
    {
        Write("n_examples", "content_tokens_per_example", "d_model", "2.1");

        await _folder.RefusesAsync(tokens: null, activations, said);
    }

    [Fact]
    public async Task ShardsThatAreCut_OrMissing_AreRefused()
    {
        Write("n_examples", "content_tokens_per_example", "d_model", "2.1");
        var last = await File.ReadAllBytesAsync(_folder.File("saev/acts000001.bin"), TestContext.Current.CancellationToken);
        _folder.Write("saev/acts000001.bin", last[..^4]);
        await _folder.RefusesAsync(tokens: null, "saev#5", "acts000001.bin", "has 212 bytes");

        File.Delete(_folder.File("saev/acts000001.bin"));
        await _folder.RefusesAsync(tokens: null, "saev#5", "acts000001.bin", "does not exist");
    }

    [Fact]
    public async Task ShardsThatAreFewerThanTheMetadataSay_AreRefused()
    {
        Write("n_examples", "content_tokens_per_example", "d_model", "2.1");
        _folder.Write("saev/shards.json", """[{"name": "acts000000.bin", "n_examples": 3}]"""u8.ToArray());

        await _folder.RefusesAsync(tokens: null, "saev#5", "says 5 examples, but the shards have 3");
    }

    public void Dispose() => _folder.Dispose();

    private static float Value(int example, int layer, int token, int element) =>
        (example * 1000) + (layer * 100) + (token * 10) + element;

    // Shards of three examples; the last file has room for three, and holds two.
    private void Write(string examples, string patches, string width, string protocol)
    {
        _folder.Write("saev/metadata.json", Encoding.UTF8.GetBytes(
            $$"""
            {"layers": [{{string.Join(", ", Layers)}}], "{{patches}}": {{Patches}}, "cls_token": true, "{{width}}": {{Width}},
             "{{examples}}": {{Examples}}, "dtype": "float32", "protocol": "{{protocol}}"}
            """));
        _folder.Write("saev/shards.json", Encoding.UTF8.GetBytes(
            $$"""[{"name": "acts000000.bin", "{{examples}}": 3}, {"name": "acts000001.bin", "{{examples}}": 2}]"""));
        for (var shard = 0; shard < 2; shard++)
        {
            var values =
                from example in Enumerable.Range(shard * 3, 3)
                from layer in Enumerable.Range(0, Layers.Length)
                from token in Enumerable.Range(0, Tokens)
                from element in Enumerable.Range(0, Width)
                select example < Examples ? Value(example, layer, token, element) : 0f;
            _folder.Write($"saev/acts{shard:000000}.bin", ConvertedFolder.Bytes(values));
        }
    }
}
