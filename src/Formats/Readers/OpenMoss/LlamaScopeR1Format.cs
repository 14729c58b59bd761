using AeServerless.Engine;
using AeServerless.Formats.Definitions;
using AeServerless.Formats.Reading;

namespace AeServerless.Formats.Readers.OpenMoss;

/// <summary>
/// Llama-Scope-R1-Distill: <c>config.json</c> with <c>sae_weights.safetensors</c> and the older tensor names. Latents are in the scale of
/// training, as SAELens gives them; the scale of input and output is folded into the weights.
/// </summary>
internal sealed class LlamaScopeR1Format : IAutoencoderFormat
{
    private const string Weights = "sae_weights.safetensors";
    private const string LogThreshold = "log_jumprelu_threshold";

    // Factors in registries are rounded.
    private const double FactorTolerance = 1e-3;

    public string Name => "llama-scope-r1-distill";

    public async Task<bool> RecognisesAsync(FormatInput input, CancellationToken cancellationToken) =>
        input.Find(Weights) is { } name && input.Has(LlamascopiumConfig.FileName)
        && (await input.TensorsAsync(name, cancellationToken)).Has("encoder.weight", "decoder.weight");

    public async Task<OpenedAutoencoder> OpenAsync(FormatInput input, CancellationToken cancellationToken)
    {
        if (input.Find(Weights) is null || !input.Has(LlamascopiumConfig.FileName))
        {
            throw new InvalidInputException(input.Name, $"has no {LlamascopiumConfig.FileName} with {Weights} beside it");
        }

        var config = LlamascopiumConfig.Read(await input.ConfigAsync(LlamascopiumConfig.FileName, cancellationToken), Name);
        if (config.HasGlu || config.Norm == LlamascopiumConfig.TokenWise)
        {
            throw config.Fields.Fault(
                config.HasGlu ? "use_glu_encoder" : "norm_activation", "has a value that is not known with these tensor names");
        }

        var tensors = new TensorSet(await input.TensorsAsync(Weights, cancellationToken));
        var parts = new WeightParts
        {
            Encoder = MatrixPart.Encoder(tensors.Require("encoder.weight"), transposed: false),
            EncoderBias = tensors.Require("encoder.bias"),
            Decoder = MatrixPart.Decoder(tensors.Require("decoder.weight"), transposed: true),
            OutputBias = config.HasDecoderBias ? tensors.Require("decoder.bias") : null,
        };
        var threshold = config.Gate == GateKind.JumpReLU ? tensors.Require(LogThreshold) : null;
        tensors.Ignore(LlamascopiumConfig.IsNorm).RequireAllKnown(Name);
        var header = parts.Describe(input, Name, $"Llama-Scope-R1-Distill {config.Gate}", config.Gate);
        config.RequireSizes(header);
        threshold?.RequireShape(header.LatentCount);
        if (config.Gate == GateKind.TopK)
        {
            header = header with { K = TopKs.Require(input, config.TopK, header.LatentCount, "field 'top_k'") };
        }

        var (scaleIn, scaleOut, notes) = await ScalesAsync(input, config, tensors, header, cancellationToken);
        header = header.Placed(input.Hints, config.HookIn, config.HookOut).Assuming(notes).Differing(config.IncludesDecoderNorm
            ? ["the decoder's norms weigh in the gate, as sparsity_include_decoder_norm says; SAELens ignores that and has other active "
                + "latents"]
            : []);
        return new OpenedAutoencoder(header, async cancel =>
        {
            var weights = await parts.LoadAsync(cancel);
            var thresholds = threshold is null
                ? null
                : Thresholds.Exponential(threshold, await Thresholds.ReadAsync(threshold, header.LatentCount, cancel));
            var gate = LlamascopiumGate.Of(config, weights, thresholds, header.K);
            weights.Encoder.Scale(scaleIn);
            weights.Decoder.Scale(1 / scaleOut);
            LoadedWeights.Scale(weights.OutputBias, 1 / scaleOut);
            return weights.Define(header, gate);
        });
    }

    private static async Task<(double In, double Out, string[] Notes)> ScalesAsync(
        FormatInput input, LlamascopiumConfig config, TensorSet tensors, AutoencoderHeader header, CancellationToken cancellationToken)
    {
        if (config.Norm != LlamascopiumConfig.DatasetWise)
        {
            return (1, 1, []);
        }

        var stored = await LlamascopiumConfig.ScaleAsync(tensors, config.HookIn, header.InputSize, cancellationToken);
        if (stored is { } one && input.Hints.NormScalingFactor is { } other && Math.Abs(one - other) > FactorTolerance * one)
        {
            throw new InvalidInputException(
                input.Name,
                $"the scaling factor is {one} in the files, and {other} was said by hand: they contradict each other");
        }

        var scaleIn = stored
            ?? input.Hints.NormScalingFactor
            ?? throw new InvalidInputException(
                tensors.File.Name, $"tensor '{LlamascopiumConfig.NormPrefix}{config.HookIn}' is missing: norm_activation dataset-wise "
                    + "needs it, or the factor by hand");
        var scaleOut = await LlamascopiumConfig.ScaleAsync(tensors, config.HookOut, header.OutputSize, cancellationToken) ?? scaleIn;
        if (!double.IsFinite(scaleIn) || scaleIn <= 0)
        {
            throw new InvalidInputException(input.Name, $"the scaling factor {scaleIn} has to be a number above 0");
        }

        return (scaleIn, scaleOut, [$"inputs are multiplied by {scaleIn:g6} and outputs divided by {scaleOut:g6}, folded into the "
            + "weights; latents are in the scale of training"]);
    }
}
