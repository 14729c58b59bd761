using System.Globalization;
using AeServerless.Engine;
using AeServerless.Formats.Definitions;
using AeServerless.Formats.Reading;
using AeServerless.Formats.Tensors;

namespace AeServerless.Formats.Readers;

/// <summary>
/// This project's own safetensors: OpenAI's tensor names, the gate in the metadata; <c>threshold</c> for JumpReLU, <c>post_bias</c> in
/// place of <c>pre_bias</c> for transcoders, <c>skip.weight</c> for those with a skip connection.
/// </summary>
internal sealed class OwnFormat : IAutoencoderFormat
{
    private const string EncoderName = "encoder.weight";

    private static readonly Dictionary<string, AutoencoderKind> Kinds = new(StringComparer.Ordinal)
    {
        ["autoencoder"] = AutoencoderKind.Autoencoder,
        ["transcoder"] = AutoencoderKind.Transcoder,
        ["skip_transcoder"] = AutoencoderKind.SkipTranscoder,
    };

    public string Name => "own";

    public async Task<bool> RecognisesAsync(FormatInput input, CancellationToken cancellationToken) =>
        input.FindOnly(".safetensors") is { } name
        && await input.TensorsAsync(name, cancellationToken) is var file
        && file.Has(EncoderName) && (file.Has("latent_bias") || file.Has("pre_bias") || file.Has("post_bias"));

    public async Task<OpenedAutoencoder> OpenAsync(FormatInput input, CancellationToken cancellationToken)
    {
        var name = input.FindOnly(".safetensors") ?? throw new InvalidInputException(input.Name, "has no single .safetensors file");
        var file = await input.TensorsAsync(name, cancellationToken);
        var kind = Text(file, "kind") is not { } kindName
            ? AutoencoderKind.Autoencoder
            : Kinds.TryGetValue(kindName, out var known)
                ? known
                : throw Fault(file, "kind", $"unknown kind '{ConfigObject.Clip(kindName)}'; supported are {string.Join(", ", Kinds.Keys)}");
        var gate = GateOf(file);
        var tensors = new TensorSet(file);
        var isAutoencoder = kind == AutoencoderKind.Autoencoder;
        var bias = tensors.Require(isAutoencoder ? "pre_bias" : "post_bias");
        var parts = new WeightParts
        {
            Encoder = MatrixPart.Encoder(tensors.Require(EncoderName), transposed: false),
            EncoderBias = tensors.Require("latent_bias"),
            Decoder = MatrixPart.Decoder(tensors.Require("decoder.weight"), transposed: true),
            InputBias = isAutoencoder ? bias : null,
            OutputBias = bias,
            Skip = kind == AutoencoderKind.SkipTranscoder ? MatrixPart.Decoder(tensors.Require("skip.weight"), transposed: false) : null,
        };
        var threshold = gate == GateKind.JumpReLU ? tensors.Require("threshold") : null;
        tensors.RequireAllKnown(Name);
        RequireKnownMetadata(file, gate);
        if (isAutoencoder)
        {
            parts.RequireAutoencoder();
        }

        var header = parts.Describe(input, Name, $"own {gate}", gate) with { Kind = kind };
        header = header with { K = IsTopK(gate) ? TopKs.Require(input, K(file), header.LatentCount, "metadata 'k'") : 0 };
        header = header.Placed(input.Hints, null);
        threshold = threshold is null ? null : Thresholds.RequireShape(threshold, header.LatentCount);
        return new OpenedAutoencoder(header, async cancel =>
        {
            var weights = await parts.LoadAsync(cancel);
            return weights.Define(header, gate switch
            {
                GateKind.Identity => Gate.Identity,
                GateKind.ReLU => Gate.ReLU,
                GateKind.JumpReLU => new JumpReluGate(await Thresholds.ReadAsync(threshold!, header.LatentCount, cancel)),
                _ => new TopKGate(gate, header.K),
            });
        });
    }

    private static bool IsTopK(GateKind gate) => gate is GateKind.TopK or GateKind.TopKSigned;

    private static GateKind GateOf(TensorFile file) => Text(file, "activation") switch
    {
        "ReLU" => GateKind.ReLU,
        "Identity" => GateKind.Identity,
        "JumpReLU" => GateKind.JumpReLU,
        "TopK" => Text(file, "postact_fn") switch
        {
            null or "ReLU" => GateKind.TopK,
            "Identity" => GateKind.TopKSigned,
            { } other => throw Fault(
                file, "postact_fn",
                $"unknown function '{ConfigObject.Clip(other)}' after TopK; supported are ReLU, Identity"),
        },
        null => throw Fault(file, "activation", "is missing, and without it ReLU and TopK can't be told apart"),
        { } other => throw Fault(
            file, "activation",
            $"unknown activation '{ConfigObject.Clip(other)}'; supported are ReLU, Identity, JumpReLU, TopK"),
    };

    private static long? K(TensorFile file) => Text(file, "k") is not { } text
        ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var k)
            ? k
            : throw Fault(file, "k", $"'{ConfigObject.Clip(text)}' is not a whole number");

    private static void RequireKnownMetadata(TensorFile file, GateKind gate)
    {
        // Written by safetensors' own savers: which library the tensors came from.
        string[] known = IsTopK(gate) ? ["activation", "kind", "format", "k", "postact_fn"] : ["activation", "kind", "format"];
        if (file.Values.Keys.FirstOrDefault(key => !known.Contains(key)) is { } unknown)
        {
            throw Fault(file, unknown, $"is not known for {gate}: it may change what the autoencoder computes");
        }
    }

    private static string? Text(TensorFile file, string key) => file.Values.GetValueOrDefault(key) as string;

    private static InvalidInputException Fault(TensorFile file, string key, string problem) =>
        new($"{file.Name}, metadata '{ConfigObject.Clip(key)}'", problem);
}
