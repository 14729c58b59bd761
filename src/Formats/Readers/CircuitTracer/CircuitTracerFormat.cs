using System.Globalization;
using System.Text.RegularExpressions;
using AeServerless.Engine;
using AeServerless.Formats.Definitions;
using AeServerless.Formats.Reading;
using AeServerless.Formats.Tensors;

namespace AeServerless.Formats.Readers.CircuitTracer;

/// <summary>circuit-tracer: a set of transcoders, <c>layer_{n}.safetensors</c> for each layer, mostly with a <c>config.yaml</c>.</summary>
internal sealed partial class CircuitTracerFormat : IAutoencoderFormat
{
    private const string Config = "config.yaml";
    private const string CrossLayer = "cross_layer_transcoder";

    public string Name => "circuit-tracer";

    public async Task<bool> RecognisesAsync(FormatInput input, CancellationToken cancellationToken)
    {
        if (input.File is null && input.Has(Config) && (await input.ConfigAsync(Config, cancellationToken)).Has("model_kind"))
        {
            return true;
        }

        return FileOf(input) is { } name && IsLike(await input.TensorsAsync(name, cancellationToken));
    }

    public async Task<OpenedAutoencoder> OpenAsync(FormatInput input, CancellationToken cancellationToken)
    {
        var config = input.Has(Config) ? await CircuitTracerConfig.ReadAsync(input, Config, cancellationToken) : CircuitTracerConfig.None;
        if (config.ModelKind == CrossLayer || input.Names.Any(name => CrossLayerPattern().IsMatch(name)))
        {
            throw new InvalidInputException(input.Name, $"is a {CrossLayer}: it writes to many layers at once, which is not supported");
        }

        var name = FileOf(input) ?? throw new InvalidInputException(
            input.Name,
            input.Hints.Layer is { } wanted ? $"has no layer_{wanted}.safetensors" : "has transcoders of several layers; say which layer");
        var tensors = new TensorSet(await input.TensorsAsync(name, cancellationToken));
        var skip = tensors.Optional("W_skip");
        var parts = new WeightParts
        {
            Encoder = MatrixPart.Encoder(tensors.Require("W_enc"), transposed: false),
            EncoderBias = tensors.Require("b_enc"),
            Decoder = MatrixPart.Decoder(tensors.Require("W_dec"), transposed: false),
            OutputBias = tensors.Require("b_dec"),
            Skip = skip is null ? null : MatrixPart.Decoder(skip, transposed: false),
        };
        var threshold = tensors.Optional("activation_function.threshold");
        var k = tensors.Optional("k") is { } tensor ? await TensorReader.ReadWholeAsync(tensor, cancellationToken) : (long?)null;
        tensors.RequireAllKnown(Name);
        var gate = config.GateOf(threshold is not null, k is not null);
        if (k is not null && config.K is not null && k != config.K)
        {
            throw new InvalidInputException(input.Name, $"k is {k} in {name} and {config.K} in {Config}: they contradict each other");
        }

        var header = parts.Describe(input, Name, $"circuit-tracer {gate}", gate) with
        {
            Kind = skip is null ? AutoencoderKind.Transcoder : AutoencoderKind.SkipTranscoder,
        };
        if (gate == GateKind.TopKSigned)
        {
            header = header with { K = TopKs.Require(input, k ?? config.K, header.LatentCount, $"{Config}, field 'k'") };
        }

        threshold = threshold is null ? null : Thresholds.RequireShape(threshold, header.LatentCount);
        var layer = LayerOf(name) ?? input.Hints.Layer;
        header = header.Placed(input.Hints, Hook(layer, config.HookIn), Hook(layer, config.HookOut)).Differing(gate == GateKind.TopKSigned
            ? ["TopK keeps negative values, as in its authors' later code; the packaged circuit-tracer ignores activation and k, and "
                + "reads the file as ReLU"]
            : []);
        return new OpenedAutoencoder(header, async cancel => (await parts.LoadAsync(cancel)).Define(header, gate switch
        {
            GateKind.JumpReLU => new JumpReluGate(await Thresholds.ReadAsync(threshold!, header.LatentCount, cancel)),
            GateKind.TopKSigned => new TopKGate(gate, header.K),
            _ => Gate.ReLU,
        }));
    }

    /// <summary>Latents first in both matrices.</summary>
    private static bool IsLike(TensorFile file) =>
        file.Has("W_enc", "W_dec", "b_enc", "b_dec")
        && file.Tensors["b_enc"].Shape is [var latents] && file.Tensors["b_dec"].Shape is [var width]
        && file.Tensors["W_enc"].Shape is [var rows, _] && rows == latents && file.Tensors["W_dec"].Shape.SequenceEqual([latents, width]);

    private static string? FileOf(FormatInput input)
    {
        if (input.File is not null)
        {
            return input.File.EndsWith(".safetensors", StringComparison.Ordinal) ? input.File : null;
        }

        if (input.Hints.Layer is { } layer)
        {
            return input.Find($"layer_{layer}.safetensors");
        }

        return input.Names.Where(name => LayerOf(name) is not null).ToArray() is [var only] ? only : null;
    }

    private static string? Hook(int? layer, string? hook) => layer is null || hook is null ? null : $"blocks.{layer}.{hook}";

    private static int? LayerOf(string name) => LayerPattern().Match(name) is { Success: true } match
        ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
        : null;

    [GeneratedRegex(@"\Alayer_([0-9]{1,4})\.safetensors\z")]
    private static partial Regex LayerPattern();

    [GeneratedRegex(@"\AW_(?:enc|dec)_[0-9]{1,4}\.safetensors\z")]
    private static partial Regex CrossLayerPattern();
}
