using System.Buffers.Binary;
using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Tests.Autoencoders;

/// <summary>An autoencoder that can't be loaded is refused by its header, which is what a plan reads.</summary>
public sealed class AutoencoderSizeTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(65_536, 4_096)]
    [InlineData(131_072, 3_072)]
    public async Task MoreWeightsThanAreLoaded_AreRefusedByTheHeader(long latents, long inputs)
    {
        var file = await SafetensorsFile.OpenAsync(new HeaderAlone(latents, inputs), Cancellation);

        var error = Assert.Throws<InvalidInputException>(() => Autoencoder.ReadHeader(file));

        Assert.Equal(
            $"large, tensor encoder.weight: has {latents * inputs} weights; "
                + "autoencoders of at most 268435448 (latents times inputs) can be loaded",
            error.Message);
    }

    [Fact]
    public async Task AsManyWeightsAsAreLoaded_AreAccepted()
    {
        var file = await SafetensorsFile.OpenAsync(new HeaderAlone(65_535, 4_096), Cancellation);

        Assert.Equal((65_535, 4_096), (Autoencoder.ReadHeader(file).LatentCount, Autoencoder.ReadHeader(file).InputSize));
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
