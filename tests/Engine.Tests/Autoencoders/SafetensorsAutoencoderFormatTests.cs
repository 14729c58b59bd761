using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Tensors;
using AeServerless.Engine.Tests.Fixtures;

namespace AeServerless.Engine.Tests.Autoencoders;

public sealed class SafetensorsAutoencoderFormatTests
{
    [Fact]
    public async Task File_IsReadWithItsDecoderTransposed()
    {
        var autoencoder = await LoadAsync(Metadata("TopK", "2"), Tensors());
        Assert.Equal((2, 3), (autoencoder.InputSize, autoencoder.LatentCount));
        Assert.Equal(Activation.TopK(2), autoencoder.Activation);
        Assert.Equal([0, 1, 2, 3, 4, 5], autoencoder.Encoder.Blocks[0]);
        Assert.Equal([10, 13, 11, 14, 12, 15], autoencoder.Decoder.Rows(0, 3));
        Assert.Equal([11, 14], autoencoder.Decoder.Row(1));
        Assert.Equal([2, 3], autoencoder.EncoderRow(1).ToArray());
    }

    [Theory]
    [InlineData("ReLU", ActivationKind.ReLU)]
    [InlineData("Identity", ActivationKind.Identity)]
    public async Task Activation_IsTheMetadatas(string name, ActivationKind kind) =>
        Assert.Equal(kind, (await LoadAsync(Metadata(name), Tensors())).Activation.Kind);

    [Theory]
    [InlineData(null, null, "metadata 'activation'")]
    [InlineData("Tanh", null, "unknown activation 'Tanh'; supported are ReLU, Identity, TopK")]
    [InlineData("TopK", null, "metadata 'k'")]
    [InlineData("TopK", "4", "from 1 to 3")]
    [InlineData("TopK", "0", "from 1 to 3")]
    [InlineData("TopK", "two", "found 'two'")]
    public async Task Metadata_ThatIsWrongNamesTheField(string? activation, string? k, string message) =>
        await FailsAsync(message, activation is null ? null : Metadata(activation, k), Tensors());

    [Fact]
    public async Task Tensors_ThatAreWrongAreNamed()
    {
        var relu = Metadata("ReLU");
        await FailsAsync("tensor decoder.weight is missing", relu, Tensors()[..3]);
        await FailsAsync("found W_enc", relu, [(new TensorSpec("W_enc", TensorDtype.F32, [2]), new float[2])]);
        await FailsAsync(
            "ae.safetensors, tensor pre_bias", relu, Replace(0, (new TensorSpec("pre_bias", TensorDtype.F32, [3]), new float[3])));
        await FailsAsync(
            "ae.safetensors, tensor decoder.weight", relu, Replace(
                3, (new TensorSpec("decoder.weight", TensorDtype.F32, [3, 2]), new float[6])));
        await FailsAsync(
            "ae.safetensors, tensor encoder.weight", relu, Replace(
                1, (new TensorSpec("encoder.weight", TensorDtype.F32, [6]), new float[6])));
        await FailsAsync(
            "tensor latent_bias: element 1 is NaN", relu, Replace(
                2, (new TensorSpec("latent_bias", TensorDtype.F32, [3]), new[] { 0, float.NaN, 0 })));
    }

    [Theory]
    [InlineData("threshold", 3)]
    [InlineData("scaling_factor", 3)]
    [InlineData("skip.weight", 4)]
    public async Task TensorThatMayChangeTheResult_IsRefusedByName(string name, int elements) => await FailsAsync(
        $"ae.safetensors, tensor '{name}': is not known, and may change what the autoencoder computes",
        Metadata("ReLU"),
        [.. Tensors(), (new TensorSpec(name, TensorDtype.F32, [elements]), new float[elements])]);

    [Theory]
    [InlineData("ReLU", "normalize_activations", "layer_norm")]
    [InlineData("ReLU", "apply_b_dec_to_input", "false")]
    [InlineData("ReLU", "k", "2")]
    public async Task MetadataThatMayChangeTheResult_IsRefusedByName(string activation, string key, string value)
    {
        var metadata = Metadata(activation);
        metadata.Add(key, value);

        await FailsAsync($"ae.safetensors, metadata '{key}': is not known here, and may change", metadata, Tensors());
    }

    [Fact]
    public async Task MetadataOfSavers_IsAccepted()
    {
        var metadata = Metadata("ReLU");
        metadata.Add("format", "pt");
        metadata.Add("kind", "autoencoder");

        Assert.Equal(3, (await LoadAsync(metadata, Tensors())).LatentCount);
        metadata["kind"] = "transcoder";
        await FailsAsync("metadata 'kind': 'transcoder' is not supported", metadata, Tensors());
    }

    private static (TensorSpec Spec, Array Values)[] Tensors() =>
    [
        (new TensorSpec("pre_bias", TensorDtype.F32, [2]), new float[] { 1, 2 }),
        (new TensorSpec("encoder.weight", TensorDtype.F32, [3, 2]), new float[] { 0, 1, 2, 3, 4, 5 }),
        (new TensorSpec("latent_bias", TensorDtype.F32, [3]), new float[] { 6, 7, 8 }),
        (new TensorSpec("decoder.weight", TensorDtype.F32, [2, 3]), new float[] { 10, 11, 12, 13, 14, 15 }),
    ];

    private static (TensorSpec Spec, Array Values)[] Replace(int index, (TensorSpec Spec, Array Values) tensor)
    {
        var tensors = Tensors();
        tensors[index] = tensor;
        return tensors;
    }

    private static Dictionary<string, string> Metadata(string activation, string? k = null)
    {
        var metadata = new Dictionary<string, string> { ["activation"] = activation };
        if (k is not null)
        {
            metadata.Add("k", k);
        }

        return metadata;
    }

    private static async Task<Autoencoder> LoadAsync(Dictionary<string, string>? metadata, (TensorSpec Spec, Array Values)[] tensors) =>
        await Autoencoder.LoadAsync(
        await SafetensorsBytes.OpenAsync(await SafetensorsBytes.WriteAsync(metadata, tensors), "ae.safetensors"), CancellationToken.None);

    private static async Task FailsAsync(string message, Dictionary<string, string>? metadata, (TensorSpec Spec, Array Values)[] tensors) =>
        Assert.Contains(message, (await Assert.ThrowsAsync<InvalidInputException>(() => LoadAsync(metadata, tensors))).Message);
}
