using AeServerless.Engine;
using AeServerless.Formats.Definitions;
using AeServerless.Formats.Reading;
using AeServerless.Formats.Tensors;

namespace AeServerless.Formats.Readers.SaeLens;

/// <summary>
/// SAELens: <c>cfg.json</c> with <c>sae_weights.safetensors</c>, flat configurations before 6.0 and training checkpoints included.
/// </summary>
internal sealed class SaeLensFormat : IAutoencoderFormat
{
    private const string Weights = "sae_weights.safetensors";
    private const string Config = "cfg.json";

    public string Name => "saelens";

    public Task<bool> RecognisesAsync(FormatInput input, CancellationToken cancellationToken) =>
        Task.FromResult(input.Find(Weights) is not null && input.Has(Config));

    public async Task<OpenedAutoencoder> OpenAsync(FormatInput input, CancellationToken cancellationToken)
    {
        if (input.Find(Weights) is null || !input.Has(Config))
        {
            throw new InvalidInputException(input.Name, $"has no {Config} with {Weights} beside it");
        }

        var config = SaeLensConfig.Read(await input.ConfigAsync(Config, cancellationToken));
        var tensors = new TensorSet(await input.TensorsAsync(Weights, cancellationToken));
        var isGated = config.Gate == GateKind.Gated;
        var bias = tensors.Require("b_dec");
        var parts = new WeightParts
        {
            Encoder = MatrixPart.Encoder(tensors.Require("W_enc"), transposed: true),
            EncoderBias = isGated ? null : tensors.Require("b_enc"),
            Decoder = MatrixPart.Decoder(tensors.Require("W_dec"), transposed: false),
            InputBias = config.SubtractsBias ? bias : null,
            OutputBias = bias,
            Skip = config.Kind == AutoencoderKind.SkipTranscoder ? MatrixPart.Decoder(tensors.Require("W_skip"), transposed: false) : null,
        };
        config.RequireSizes(parts);
        var header = parts.Describe(input, Name, $"SAELens {config.Architecture}", config.Gate) with
        {
            Kind = config.Kind,
            InputMap = config.InputMap,
            PublishedL0 = config.L0,
            PublishedFvu = config.Fvu,
            Assumptions = config.Notes,
        };
        header = header with { K = config.IsTopK ? TopKs.Require(input, config.K, header.LatentCount, $"{Config}, field 'k'") : 0 };
        header = header.Placed(input.Hints, config.HookIn, config.HookOut).Differing(config.Differences);
        var gate = GateTensors(config, tensors, header.LatentCount);
        await RequireNoScaleAsync(tensors, cancellationToken);
        tensors.RequireAllKnown(Name);
        return new OpenedAutoencoder(header, async cancel =>
        {
            var weights = await parts.LoadAsync(cancel);
            if (config.RescalesByDecoderNorm)
            {
                weights.FoldDecoderNorms();
            }

            return weights.Define(header, await GateAsync(header, gate, cancel));
        });
    }

    private static StoredTensor[] GateTensors(SaeLensConfig config, TensorSet tensors, int latents) => config.Gate switch
    {
        GateKind.JumpReLU => [(tensors.Optional("log_threshold") ?? tensors.Require("threshold")).RequireShape(latents)],
        GateKind.Gated => [
            tensors.Require("b_gate").RequireShape(latents),
            tensors.Require("r_mag").RequireShape(latents),
            tensors.Require("b_mag").RequireShape(latents)],
        _ => [],
    };

    private static async Task<Gate> GateAsync(AutoencoderHeader header, StoredTensor[] tensors, CancellationToken cancellationToken)
    {
        var vectors = new float[tensors.Length][];
        for (var i = 0; i < vectors.Length; i++)
        {
            vectors[i] = await TensorReader.ReadVectorAsync(tensors[i], cancellationToken);
        }

        return header.Gate switch
        {
            GateKind.JumpReLU when tensors[0].Name == "log_threshold" =>
                Thresholds.Rectified(Thresholds.Exponential(tensors[0], vectors[0])),
            GateKind.JumpReLU => Thresholds.Rectified(vectors[0]),
            GateKind.Gated => new GatedGate(vectors[0], Thresholds.Exponential(tensors[1], vectors[1]), vectors[2]),
            GateKind.ReLU => Gate.ReLU,
            _ => new TopKGate(header.Gate, header.K),
        };
    }

    /// <summary>Before 6.0 files carry a factor for each latent that fine-tuning used; of others it is all ones.</summary>
    private static async Task RequireNoScaleAsync(TensorSet tensors, CancellationToken cancellationToken)
    {
        if (tensors.Optional("scaling_factor") is { } factor
            && Array.Exists(await TensorReader.ReadVectorAsync(factor, cancellationToken), value => value != 1))
        {
            throw factor.Fault(
                "scaling_factor is not all ones: the latents of this fine-tuned autoencoder are scaled, which is not supported");
        }
    }
}
