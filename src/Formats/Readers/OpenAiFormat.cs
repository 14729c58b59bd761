using AeServerless.Engine;
using AeServerless.Formats.Definitions;
using AeServerless.Formats.Reading;

namespace AeServerless.Formats.Readers;

/// <summary>
/// OpenAI's sparse_autoencoder, versions 1, 4 and 5: a state_dict with the gate beside the tensors. Inputs of the TopK ones, and of no
/// others, are layer-normed.
/// </summary>
internal sealed class OpenAiFormat : IAutoencoderFormat
{
    private static readonly string[] Extensions = [".pt", ".pth", ".bin"];
    private static readonly string[] Statistics = ["stats_last_nonzero", "latents_activation_frequency", "latents_mean_square"];

    public string Name => "openai";

    public async Task<bool> RecognisesAsync(FormatInput input, CancellationToken cancellationToken) =>
        input.FindOnly(Extensions) is { } name
            && (await input.TensorsAsync(name, cancellationToken)).Has("encoder.weight", "pre_bias", "latent_bias");

    public async Task<OpenedAutoencoder> OpenAsync(FormatInput input, CancellationToken cancellationToken)
    {
        var name = input.FindOnly(Extensions) ?? throw new InvalidInputException(input.Name, "has no single .pt file");
        var file = await input.TensorsAsync(name, cancellationToken);
        var values = new CheckpointValues(file);
        var (gate, said) = GateOf(values);
        values.RequireAllKnown(Name);
        var tensors = new TensorSet(file).Ignore(tensor => Statistics.Contains(tensor));
        var parts = new WeightParts
        {
            Encoder = MatrixPart.Encoder(tensors.Require("encoder.weight"), transposed: false),
            EncoderBias = tensors.Require("latent_bias"),
            Decoder = MatrixPart.Decoder(tensors.Require("decoder.weight"), transposed: true),
            InputBias = tensors.Require("pre_bias"),
            OutputBias = tensors.Require("pre_bias"),
        }.RequireAutoencoder();
        tensors.RequireAllKnown(Name);
        var isTopK = gate is GateKind.TopK or GateKind.TopKSigned;
        var header = parts.Describe(input, Name, $"OpenAI sparse_autoencoder {gate}", gate);
        header = header with
        {
            K = isTopK ? TopKs.Require(input, said, header.LatentCount, "activation_state_dict") : 0,
            InputMap = new InputMap(Norm: isTopK ? InputNorm.LayerNorm : InputNorm.None, SubtractsBias: true),
        };
        header = header.Placed(input.Hints, null).Differing(isTopK
            ? ["inputs are layer-normed as in OpenAI's own code; loaders that take the file for a ReLU one, or leave the norm out, give "
                + "other latents"]
            : []);
        return new OpenedAutoencoder(header, async cancel =>
        {
            var weights = await parts.LoadAsync(cancel);
            return weights.Define(header, gate switch
            {
                GateKind.ReLU => Gate.ReLU,
                GateKind.Identity => Gate.Identity,
                _ => new TopKGate(gate, header.K),
            });
        });
    }

    private static (GateKind Gate, long? K) GateOf(CheckpointValues values)
    {
        var activation = values.Text("activation");
        var state = values.Dictionary("activation_state_dict");
        var k = values.Whole("activation.k");
        var after = values.Text("activation.postact_fn");
        foreach (var (key, value) in state?.Entries ?? [])
        {
            switch (key)
            {
                case "k" when value is long number:
                    k = number;
                    break;
                case "postact_fn" when value is string text:
                    after = text;
                    break;
                default:
                    throw values.Fault(
                        "activation_state_dict",
                        $"has an entry '{ConfigObject.Clip($"{key}")}' that is not known; known are k and postact_fn");
            }
        }

        // Version 1 came before the field and knew ReLU only.
        if (activation is null or "ReLU" or "Identity")
        {
            return k is null && after is null
                ? (activation == "Identity" ? GateKind.Identity : GateKind.ReLU, null)
                : throw values.Fault("activation", $"is {activation ?? "missing"}, but there is a k or postact_fn as for TopK");
        }

        return activation != "TopK"
            ? throw values.Fault("activation", $"unknown activation '{ConfigObject.Clip(activation)}'; supported are ReLU, Identity, TopK")
            : after switch
            {
                null or "ReLU" => (GateKind.TopK, k),
                "Identity" => (GateKind.TopKSigned, k),
                _ => throw values.Fault(
                    "postact_fn",
                    $"unknown function '{ConfigObject.Clip(after)}' after TopK; supported are ReLU, Identity"),
            };
    }
}
