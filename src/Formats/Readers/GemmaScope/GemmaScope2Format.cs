using AeServerless.Engine;
using AeServerless.Formats.Definitions;
using AeServerless.Formats.Reading;

namespace AeServerless.Formats.Readers.GemmaScope;

/// <summary>Gemma Scope 2: <c>config.json</c> with <c>params.safetensors</c>.</summary>
internal sealed class GemmaScope2Format : IAutoencoderFormat
{
    private const string Weights = "params.safetensors";
    private const string Config = "config.json";
    private const string HookIn = "hf_hook_point_in";
    private const string HookOut = "hf_hook_point_out";

    public string Name => "gemma-scope-2";

    public Task<bool> RecognisesAsync(FormatInput input, CancellationToken cancellationToken) =>
        Task.FromResult(input.Find(Weights) is not null && input.Has(Config));

    public async Task<OpenedAutoencoder> OpenAsync(FormatInput input, CancellationToken cancellationToken)
    {
        if (input.Find(Weights) is null || !input.Has(Config))
        {
            throw new InvalidInputException(input.Name, $"has no {Config} with {Weights} beside it");
        }

        var config = await input.ConfigAsync(Config, cancellationToken);
        if (config.Text("architecture") is var architecture && architecture is not ("jump_relu" or "jumprelu"))
        {
            throw config.Fault("architecture", $"'{ConfigObject.Clip(architecture ?? "missing")}' is not supported; jump_relu is");
        }

        var tensors = new TensorSet(await input.TensorsAsync(Weights, cancellationToken));
        var skip = tensors.Optional("affine_skip_connection");
        if (config.Flag("affine_connection") is { } affine && affine != skip is not null)
        {
            throw config.Fault(
                "affine_connection",
                $"is {affine}, but the tensor affine_skip_connection is {(skip is null ? "missing" : "there")}");
        }

        var parts = new WeightParts
        {
            Encoder = MatrixPart.Encoder(tensors.Require("w_enc"), transposed: true),
            EncoderBias = tensors.Require("b_enc"),
            Decoder = MatrixPart.Decoder(tensors.Require("w_dec"), transposed: false),
            OutputBias = tensors.Require("b_dec"),
            Skip = skip is null ? null : MatrixPart.Decoder(skip, transposed: true),
        };
        var threshold = tensors.Require("threshold");
        tensors.RequireAllKnown(Name);
        var (hookIn, hookOut) = Hooks(config);
        var header = parts.Describe(input, Name, "Gemma Scope 2 jumprelu", GateKind.JumpReLU) with
        {
            PublishedL0 = config.IsNumber("l0") ? config.Number("l0") : null,
            Kind = skip is null ? AutoencoderKind.Autoencoder : AutoencoderKind.SkipTranscoder,
        };
        if (config.IsNumber("width") && config.Whole("width") != header.LatentCount)
        {
            throw config.Fault("width", $"is {config.Raw("width")}, but w_enc has {header.LatentCount} latents");
        }

        config.Ignore("model_name", "width", "l0", "dtype").RequireAllKnown(Name);
        threshold.RequireShape(header.LatentCount);
        header = header.Placed(input.Hints, hookIn, hookOut);
        if (header.Kind == AutoencoderKind.Autoencoder)
        {
            parts.RequireAutoencoder();
        }

        header = header.Differing(skip is null ? [] : ["the skip connection is x · A, as the authors use it; SAELens before 6.54 "
            + "transposed it"]);
        return new OpenedAutoencoder(header, async cancel => (await parts.LoadAsync(cancel)).Define(
            header, Thresholds.Rectified(await Thresholds.ReadAsync(threshold, header.LatentCount, cancel))));
    }

    private static (string? In, string? Out) Hooks(ConfigObject config) => config.Has(HookIn) && !config.IsText(HookIn)
        ? throw config.Fault(HookIn, "names more than one place: a crosscoder (w_enc has three dimensions), which is not supported")
        : (config.Text(HookIn), config.Text(HookOut));
}
