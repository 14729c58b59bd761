using AeServerless.Engine;
using AeServerless.Formats.Reading;

namespace AeServerless.Formats.Readers;

/// <summary>Crosscoders over two models (<c>cfg.json</c> with <c>cc_weights.pt</c>): known, and refused.</summary>
internal sealed class CrosscoderFormat : IAutoencoderFormat
{
    private const string Weights = "cc_weights.pt";

    public string Name => "crosscoder";

    public Task<bool> RecognisesAsync(FormatInput input, CancellationToken cancellationToken) =>
        Task.FromResult(input.Find(Weights) is not null);

    public Task<OpenedAutoencoder> OpenAsync(FormatInput input, CancellationToken cancellationToken) => throw new InvalidInputException(
        input.Name, "is a crosscoder (W_enc has three dimensions): it reads two models at once, which is not supported");
}
