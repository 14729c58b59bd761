using AeServerless.Engine;
using AeServerless.Formats.Reading;

namespace AeServerless.Formats.Readers;

/// <summary>Temporal autoencoders (<c>conf.yaml</c> with <c>latest_ckpt.safetensors</c>): known, and refused.</summary>
internal sealed class TemporalFormat : IAutoencoderFormat
{
    private const string Weights = "latest_ckpt.safetensors";

    public string Name => "temporal";

    public async Task<bool> RecognisesAsync(FormatInput input, CancellationToken cancellationToken) =>
        input.Find(Weights) is { } name
        && (await input.TensorsAsync(name, cancellationToken)).Tensors.Keys.Any(tensor =>
            tensor.StartsWith("attn_layers.", StringComparison.Ordinal));

    public Task<OpenedAutoencoder> OpenAsync(FormatInput input, CancellationToken cancellationToken) => throw new InvalidInputException(
        input.Name, "is a temporal autoencoder (tensors attn_layers.*): it needs the whole sequence, which is not supported");
}
