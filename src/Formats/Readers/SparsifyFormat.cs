using AeServerless.Engine;
using AeServerless.Formats.Definitions;
using AeServerless.Formats.Reading;

namespace AeServerless.Formats.Readers;

/// <summary>sparsify (EleutherAI): <c>cfg.json</c> with <c>sae.safetensors</c>, in a folder named as the model's module.</summary>
internal sealed class SparsifyFormat : IAutoencoderFormat
{
    private const string Weights = "sae.safetensors";
    private const string Config = "cfg.json";

    public string Name => "sparsify";

    public Task<bool> RecognisesAsync(FormatInput input, CancellationToken cancellationToken) =>
        Task.FromResult(input.Find(Weights) is not null && input.Has(Config));

    public async Task<OpenedAutoencoder> OpenAsync(FormatInput input, CancellationToken cancellationToken)
    {
        if (input.Find(Weights) is null || !input.Has(Config))
        {
            throw new InvalidInputException(input.Name, $"has no {Config} with {Weights} beside it");
        }

        var config = await input.ConfigAsync(Config, cancellationToken);
        var gate = GateOf(config);
        var transcodes = config.Flag("transcode") ?? false;
        var skips = config.Flag("skip_connection") ?? false;
        var tensors = new TensorSet(await input.TensorsAsync(Weights, cancellationToken));
        var bias = tensors.Require("b_dec");
        var parts = new WeightParts
        {
            Encoder = MatrixPart.Encoder(tensors.Require("encoder.weight"), transposed: false),
            EncoderBias = tensors.Require("encoder.bias"),
            Decoder = MatrixPart.Decoder(tensors.Require("W_dec"), transposed: false),
            InputBias = transcodes ? null : bias,
            OutputBias = bias,
            Skip = skips ? MatrixPart.Decoder(tensors.Require("W_skip"), transposed: false) : null,
        };
        tensors.RequireAllKnown(Name);
        RequireSizes(config, parts);
        if (!transcodes)
        {
            parts.RequireAutoencoder();
        }

        var header = parts.Describe(input, Name, $"sparsify {gate}", gate) with
        {
            Kind = !transcodes ? AutoencoderKind.Autoencoder : skips ? AutoencoderKind.SkipTranscoder : AutoencoderKind.Transcoder,
        };
        header = header with { K = TopKs.Require(input, config.Whole("k"), header.LatentCount, $"{Config}, field 'k'") };
        if (gate == GateKind.GroupMax && header.LatentCount % header.K != 0)
        {
            throw config.Fault("k", $"k {header.K} groups can't share {header.LatentCount} latents evenly");
        }

        // The first is how training kept the decoder, the second an additional loss.
        config.Ignore("normalize_decoder", "multi_topk").RequireAllKnown(Name);
        var (hookIn, hookOut) = Hooks(input, transcodes);
        header = header.Placed(input.Hints, hookIn, hookOut);
        header = header.Assuming(header.Out?.Location is PlaceNames.MlpOut or PlaceNames.AttentionOut
            ? [$"{header.Out.Hook} is taken as what the module adds to the stream; in models with a norm behind it (Gemma 2 and 3, OLMo "
                + "2) it is not"]
            : []).Differing(
            "read as the library itself does; SAELens' loader of this format transposes W_dec and ignores transcode, skip_connection and "
                + "activation");
        return new OpenedAutoencoder(header, async cancel => (await parts.LoadAsync(cancel)).Define(
            header, gate == GateKind.GroupMax ? new GroupMaxGate(header.K) : new TopKGate(gate, header.K)));
    }

    private static GateKind GateOf(ConfigObject config)
    {
        var signed = config.Flag("signed") ?? false;
        return config.Text("activation") switch
        {
            null or "topk" => signed ? GateKind.TopKMagnitude : GateKind.TopK,
            "groupmax" when !signed => GateKind.GroupMax,
            var other => throw config.Fault(
                "activation", $"'{ConfigObject.Clip(other)}'{(signed ? " with signed" : "")} is not supported; topk and groupmax are"),
        };
    }

    private static void RequireSizes(ConfigObject config, WeightParts parts)
    {
        if (config.Whole("d_in") is { } width && width != parts.Encoder.Columns)
        {
            throw config.Fault("d_in", $"is {width}, but encoder.weight has {parts.Encoder.Columns} inputs");
        }

        var said = config.Whole("num_latents") is > 0 and { } latents
            ? latents
            : config.Number("expansion_factor") is { } factor ? parts.Encoder.Columns * factor : parts.Encoder.Rows;
        config.Ignore("expansion_factor");
        if (said != parts.Encoder.Rows)
        {
            throw config.Fault(
                "num_latents",
                $"num_latents (or d_in · expansion_factor) is {said}, but encoder.weight has {parts.Encoder.Rows}");
        }
    }

    private static (string? In, string? Out) Hooks(FormatInput input, bool transcodes)
    {
        var module = input.Segments.Skip(input.File is null ? 0 : 1).FirstOrDefault() ?? "";
        if (PlaceNames.Parse($"{module}.output").Location is null)
        {
            return (null, null);
        }

        return transcodes ? ($"{module}.input", $"{module}.output") : ($"{module}.output", null);
    }
}
