using AeServerless.Engine;
using AeServerless.Formats.Definitions;
using AeServerless.Formats.Pickle;
using AeServerless.Formats.Reading;
using AeServerless.Formats.Tensors;

namespace AeServerless.Formats.Readers.OpenMoss;

/// <summary>llamascopium (OpenMOSS): <c>config.json</c> with <c>sae_weights.safetensors</c> or another of its names.</summary>
internal sealed class LlamascopiumFormat : IAutoencoderFormat
{
    private const string LogThreshold = "activation_function.log_jumprelu_threshold";

    private static readonly string[] Weights =
    [
        "sae_weights.safetensors", "sae_weights.pt", "checkpoints/pruned.safetensors", "checkpoints/final.safetensors",
        "checkpoints/pruned.pt", "checkpoints/final.pt",
    ];

    public string Name => "llamascopium";

    public async Task<bool> RecognisesAsync(FormatInput input, CancellationToken cancellationToken) =>
        (input.Find(Weights) is not null || HasDistributed(input)) && input.Has(LlamascopiumConfig.FileName)
        && (await input.ConfigAsync(LlamascopiumConfig.FileName, cancellationToken)).Has("sae_type");

    public async Task<OpenedAutoencoder> OpenAsync(FormatInput input, CancellationToken cancellationToken)
    {
        var fields = input.Has(LlamascopiumConfig.FileName)
            ? await input.ConfigAsync(LlamascopiumConfig.FileName, cancellationToken)
            : throw new InvalidInputException(input.Name, $"has no {LlamascopiumConfig.FileName}");
        var config = LlamascopiumConfig.Read(fields, Name);
        var tensors = new TensorSet(await WeightsAsync(input, cancellationToken));
        var parts = new WeightParts
        {
            Encoder = MatrixPart.Encoder(tensors.Require("W_E"), transposed: true),
            EncoderBias = tensors.Require("b_E"),
            Decoder = MatrixPart.Decoder(tensors.Require("W_D"), transposed: false),
            OutputBias = config.HasDecoderBias ? tensors.Require("b_D") : null,
            Glu = config.HasGlu ? MatrixPart.Encoder(tensors.Require("W_E_glu"), transposed: true) : null,
            GluBias = config.HasGlu ? tensors.Require("b_E_glu") : null,
        };
        var threshold = config.Gate == GateKind.JumpReLU ? tensors.Require(LogThreshold) : null;

        // Every file has these; of other normalisations they are memory that was never set.
        tensors.Ignore(LlamascopiumConfig.IsNorm).RequireAllKnown(Name);
        var header = parts.Describe(input, Name, $"llamascopium {config.Gate}", config.Gate);
        config.RequireSizes(header);
        threshold?.RequireShape(header.LatentCount);
        RequireFoldable(config);
        header = header with
        {
            K = config.Gate == GateKind.TopK ? TopKs.Require(input, config.TopK, header.LatentCount, "field 'top_k'") : 0,
            InputMap = config.Norm == LlamascopiumConfig.TokenWise ? new InputMap(Norm: InputNorm.ConstantNorm) : InputMap.None,
        };
        header = header.Placed(input.Hints, config.HookIn, config.HookOut);
        var (scaleIn, scaleOut) = await ScalesAsync(config, tensors, header, cancellationToken);
        if (config.Norm == LlamascopiumConfig.DatasetWise)
        {
            header = header
                .Assuming("norm_activation is dataset-wise: its scales are folded into the weights, as the library does for analysis; "
                    + "latents are in the raw scale")
                .Differing($"encode of the unfolded file gives latents {scaleIn:g6} times as great, of inputs that its caller has scaled");
        }

        return new OpenedAutoencoder(header, async cancel =>
        {
            var weights = await parts.LoadAsync(cancel);
            LoadedWeights.Scale(weights.EncoderBias, 1 / scaleIn);
            LoadedWeights.Scale(weights.OutputBias, 1 / scaleOut);
            weights.Decoder.Scale(scaleIn / scaleOut);
            var thresholds = threshold is null
                ? null
                : Thresholds.Exponential(threshold, await TensorReader.ReadVectorAsync(threshold, cancel));
            return weights.Define(header, LlamascopiumGate.Of(config, weights, thresholds, header.K));
        });
    }

    private static bool HasDistributed(FormatInput input) => input.Names.Any(name => name.Contains(".dcp", StringComparison.Ordinal));

    private static async Task<TensorFile> WeightsAsync(FormatInput input, CancellationToken cancellationToken)
    {
        if (input.Find(Weights) is not { } name)
        {
            throw new InvalidInputException(input.Name, HasDistributed(input)
                ? "its weights are a distributed checkpoint (.dcp), which is not read; save them as sae_weights.safetensors"
                : $"has none of {string.Join(", ", Weights)}");
        }

        var file = await input.TensorsAsync(name, cancellationToken);
        const string Inner = "sae";
        if (!file.Values.ContainsKey(Inner))
        {
            return file;
        }

        new CheckpointValues(file).Ignore(Inner, "version").RequireAllKnown("llamascopium");
        return TorchFile.Within(file, Inner);
    }

    private static void RequireFoldable(LlamascopiumConfig config)
    {
        if (config.Norm == LlamascopiumConfig.DatasetWise && config.Gate == GateKind.JumpReLU)
        {
            throw config.Fields.Fault(
                "norm_activation",
                "dataset-wise with jumprelu: the library's folding leaves the threshold as it was, so that folded and unfolded readings "
                    + "have different active latents. Save it folded (norm_activation inference)");
        }

        if (config.Norm == LlamascopiumConfig.DatasetWise && config.HasGlu)
        {
            throw config.Fields.Fault(
                "norm_activation",
                "dataset-wise can't be folded into a GLU encoder; save it folded (norm_activation inference)");
        }

        if (config.Norm == LlamascopiumConfig.TokenWise && config.HookIn != config.HookOut)
        {
            throw config.Fields.Fault(
                "norm_activation",
                "token-wise of a transcoder needs the norm of its target, which is not known when it is used");
        }
    }

    private static async Task<(double In, double Out)> ScalesAsync(
        LlamascopiumConfig config, TensorSet tensors, AutoencoderHeader header, CancellationToken cancellationToken)
    {
        if (config.Norm != LlamascopiumConfig.DatasetWise)
        {
            return (1, 1);
        }

        return (await ScaleAsync(config.HookIn, header.InputSize), await ScaleAsync(config.HookOut, header.OutputSize));

        async Task<double> ScaleAsync(string hook, int width) =>
            await LlamascopiumConfig.ScaleAsync(tensors, hook, width, cancellationToken)
                ?? throw new InvalidInputException(
                    tensors.File.Name, $"tensor '{LlamascopiumConfig.NormPrefix}{hook}' is missing: norm_activation dataset-wise needs it");
    }
}
