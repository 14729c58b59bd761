using System.Buffers.Binary;
using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Encoding;
using AeServerless.Engine.Encoding.Sparse;
using AeServerless.Engine.IO;
using AeServerless.Engine.Planning;
using AeServerless.Engine.Runtime;
using AeServerless.Engine.Tensors;
using AeServerless.Engine.Tests.Fixtures;

namespace AeServerless.Engine.Tests.Autoencoders;

/// <summary>Large autoencoders: up to 2^33 weights load, and more are refused by the header, which is what a plan reads.</summary>
public sealed class AutoencoderSizeTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(131_072, 4_096)]
    [InlineData(1_048_576, 2_304)]
    [InlineData(8_388_608, 1_024)]
    public async Task UpTo2To33Weights_AreAccepted(int latents, int inputs)
    {
        var file = await SafetensorsFile.OpenAsync(new HeaderAlone(latents, inputs), Cancellation);

        Assert.Equal((latents, inputs), (Autoencoder.ReadHeader(file).LatentCount, Autoencoder.ReadHeader(file).InputSize));
    }

    [Theory]
    [InlineData(8_388_609, 1_024)]
    [InlineData(16_777_217, 2)]
    [InlineData(2, 1_048_577)]
    public async Task MoreThanIsLoaded_IsRefusedByTheHeader(long latents, long inputs)
    {
        var file = await SafetensorsFile.OpenAsync(new HeaderAlone(latents, inputs), Cancellation);

        var error = Assert.Throws<InvalidInputException>(() => Autoencoder.ReadHeader(file));

        Assert.Equal(
            $"large, tensor encoder.weight: shape [{latents}, {inputs}] is too large; autoencoders of at most 16777216 latents, 1048576 "
            + "inputs "
                + "and 8589934592 weights (latents times inputs) can be loaded",
            error.Message);
    }

    [Theory]
    [InlineData(131_072, 4_096, 4_831_838_208)]
    [InlineData(1_048_576, 2_304, 21_743_271_936)]
    [InlineData(8_388_608, 1_024, 77_309_411_328)]
    public void MemoryThatAPlanPrints_IsThatOfTheLargest(int latents, int inputs, long bytes) =>
        Assert.Equal(bytes, WeightMemory.OfAutoencoder(latents, inputs));

    [Theory]
    [InlineData(2_500, 24, 1 << 15)]
    [InlineData(5_000, 48, 1)]
    [InlineData(1_024, 16, 1 << 14)]
    public void RowsInSeveralBlocks_AreThoseOfOne(int latents, int width, int blockElements)
    {
        var random = new Random(3);
        float[] values = [.. Enumerable.Range(0, latents * width).Select(_ => random.NextSingle() - 0.5f)];
        var (one, several) = (new EncoderRows(values, width), new EncoderRows(latents, width, blockElements));
        for (var latent = 0; latent < latents; latent++)
        {
            one.Row(latent).CopyTo(several.Row(latent));
        }

        Assert.Equal(values, several.Blocks.SelectMany(block => block));
        Assert.Equal(latents > EncoderRows.RowsTogether, several.Blocks.Count > 1);
        for (var first = 0; first < latents; first += EncoderRows.RowsTogether)
        {
            var count = Math.Min(EncoderRows.RowsTogether, latents - first);
            Assert.Equal(one.Rows(first, count), several.Rows(first, count));
        }
    }

    [Theory]
    [InlineData("ReLU")]
    [InlineData("TopK")]
    public void EncoderInSeveralBlocks_EncodesAsInOne(string activation)
    {
        const int Latents = 3_000;
        const int Width = 64;
        var random = new Random(4);
        float[] Values(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
        var (preBias, weights, bias, decoder, inputs) =
            (Values(Width), Values(Latents * Width), Values(Latents), Values(Latents * Width), Values(40 * Width));
        var kind = activation == "ReLU" ? Activation.ReLU : Activation.TopK(7);
        var rows = new EncoderRows(Latents, Width, 1);
        for (var latent = 0; latent < Latents; latent++)
        {
            weights.AsSpan(latent * Width, Width).CopyTo(rows.Row(latent));
        }

        var directions = new LatentDirections(decoder, Width);
        var one = Encode(new Autoencoder("one", preBias, weights, bias, directions, kind), inputs);
        var several = Encode(new Autoencoder("several", preBias, rows, bias, directions, kind), inputs);

        Assert.Equal(one.RowStarts, several.RowStarts);
        Assert.Equal(one.Latents, several.Latents);
        Assert.Equal(one.Values, several.Values);
        Assert.True(one.Count > 200);
    }

    [Fact]
    public async Task Weights_AreReadPieceByPiece_EachInItsPlace()
    {
        const int Latents = 300;
        const int Width = 150;
        using var stream = new MemoryStream();
        TensorSpec[] specs =
            [new("encoder.weight", TensorDtype.F32, [Latents, Width]), new("decoder.weight", TensorDtype.F32, [Width, Latents])];
        await using var writer = await SafetensorsWriter.CreateAsync(stream, specs, null, Cancellation);
        await writer.WriteAsync(Enumerable.Range(0, Latents * Width).Select(i => (float)i).ToArray(), Cancellation);
        await writer.WriteAsync(Enumerable.Range(0, Latents * Width).Select(i => (float)i).ToArray(), Cancellation);
        var file = await SafetensorsFile.OpenAsync(new MemoryByteSource("a", stream.ToArray()), Cancellation);

        var encoder = await WeightReader.ReadEncoderAsync(file, "encoder.weight", Cancellation, elementsAtOnce: 1_000);
        var decoder = await WeightReader.ReadDecoderAsync(file, "decoder.weight", Cancellation, elementsAtOnce: 1_000);

        for (var latent = 0; latent < Latents; latent++)
        {
            Assert.Equal(Enumerable.Range(latent * Width, Width).Select(i => (float)i), encoder.Row(latent).ToArray());
            Assert.Equal(Enumerable.Range(0, Width).Select(row => (float)((row * Latents) + latent)), decoder.Row(latent));
        }
    }

    private static SparseLatents Encode(Autoencoder autoencoder, float[] inputs)
    {
        using var encoder = TestEngine.Encoder(autoencoder, new EncoderOptions(), new EngineOptions { Threads = 1 });
        var latents = new SparseLatents();
        encoder.Encode(inputs, inputs.Length / autoencoder.InputSize, latents);
        return latents;
    }

    /// <summary>A file of gigabytes of which there is a header.</summary>
    private sealed class HeaderAlone : IByteSource
    {
        private readonly byte[] _head;

        public HeaderAlone(long latents, long inputs)
        {
            var (weights, end) = (latents * inputs * 4, 0L);
            string Tensor(string name, string shape, long bytes)
            {
                var start = end;
                end += bytes;
                return $$"""
                    "{{name}}":{"dtype":"F32","shape":[{{shape}}],"data_offsets":[{{start}},{{end}}]}
                    """;
            }

            var json = System.Text.Encoding.UTF8.GetBytes($$"""
                {"__metadata__":{"activation":"ReLU"},{{Tensor("encoder.weight", $"{latents},{inputs}", weights)}},
                {{Tensor("decoder.weight", $"{inputs},{latents}", weights)}},{{Tensor("pre_bias", $"{inputs}", inputs * 4)}},
                {{Tensor("latent_bias", $"{latents}", latents * 4)}}}
                """);
            _head = new byte[sizeof(ulong) + json.Length];
            BinaryPrimitives.WriteUInt64LittleEndian(_head, (ulong)json.Length);
            json.CopyTo(_head, sizeof(ulong));
            Length = _head.Length + end;
        }

        public string Name => "large";

        public long Length { get; }

        public ValueTask ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
        {
            destination.Span.Clear();
            if (offset < _head.Length)
            {
                var count = (int)Math.Min(destination.Length, _head.Length - offset);
                _head.AsMemory((int)offset, count).CopyTo(destination);
            }

            return ValueTask.CompletedTask;
        }
    }
}
