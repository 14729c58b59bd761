using System.Globalization;
using System.Text.RegularExpressions;
using AeServerless.Engine;
using AeServerless.Formats.Definitions;
using AeServerless.Formats.Reading;

namespace AeServerless.Formats.Readers.GemmaScope;

/// <summary>Gemma Scope 1: <c>params.npz</c>, and what the names of its folders and repository say.</summary>
internal sealed partial class GemmaScopeFormat : IAutoencoderFormat
{
    public string Name => "gemma-scope";

    public Task<bool> RecognisesAsync(FormatInput input, CancellationToken cancellationToken) =>
        Task.FromResult(input.FindOnly(".npz") is not null);

    public async Task<OpenedAutoencoder> OpenAsync(FormatInput input, CancellationToken cancellationToken)
    {
        var name = input.FindOnly(".npz") ?? throw new InvalidInputException(input.Name, "has no single .npz file");
        var file = await input.TensorsAsync(name, cancellationToken);
        var tensors = new TensorSet(file);
        var (encoder, decoder) = file.Has("w_enc") && !file.Has("W_enc") ? ("w_enc", "w_dec") : ("W_enc", "W_dec");
        var parts = new WeightParts
        {
            Encoder = MatrixPart.Encoder(tensors.Require(encoder), transposed: true),
            EncoderBias = tensors.Require("b_enc"),
            Decoder = MatrixPart.Decoder(tensors.Require(decoder), transposed: false),
            OutputBias = tensors.Require("b_dec"),
        }.RequireAutoencoder();
        var threshold = tensors.Require("threshold");
        tensors.RequireAllKnown(Name);
        var header = parts.Describe(input, Name, "Gemma Scope jumprelu", GateKind.JumpReLU) with { PublishedL0 = PublishedL0(input) };
        threshold.RequireShape(header.LatentCount);

        // The embedding is scaled by √d in the model; these autoencoders were trained on the unscaled one.
        var isEmbedding = input.Segments.Skip(1).Take(3).Contains("embedding");
        header = PlacedByName(input, header, isEmbedding);
        if (header.Kind == AutoencoderKind.Transcoder)
        {
            header = header with { Family = "Gemma Scope transcoder" };
        }

        return new OpenedAutoencoder(header, async cancel =>
        {
            var weights = await parts.LoadAsync(cancel);
            if (isEmbedding)
            {
                weights.Encoder.Scale(1 / Math.Sqrt(header.InputSize));
                weights.Decoder.Scale(Math.Sqrt(header.InputSize));
            }

            return weights.Define(header, Thresholds.Rectified(await Thresholds.ReadAsync(threshold, header.LatentCount, cancel)));
        });
    }

    private static AutoencoderHeader PlacedByName(FormatInput input, AutoencoderHeader header, bool isEmbedding)
    {
        if (isEmbedding)
        {
            return header
                .Placed(input.Hints, "hook_embed")
                .Assuming("its folder is called embedding: W_enc / √d and W_dec · √d are taken, because models scale the embedding by "
                    + "√d; b_dec is not scaled")
                .Differing("the factor √d of embedding autoencoders is taken as SAELens takes it; the file itself does not hold it");
        }

        var repository = input.Hints.Repository
            ?? input.Segments.FirstOrDefault(segment => segment.StartsWith("gemma-scope-", StringComparison.Ordinal));
        var layer = input.Hints.Layer ?? Layer(input);
        if (repository is null || layer is null)
        {
            return header.Placed(input.Hints, null);
        }

        var site = repository[(repository.LastIndexOf('-') + 1)..];
        var (hookIn, hookOut) = site switch
        {
            "res" => ("hook_resid_post", null),
            "mlp" => ("hook_mlp_out", null),
            "att" => ("attn.hook_z", null),
            "transcoders" => ("ln2.hook_normalized", "hook_mlp_out"),
            _ => ((string?)null, (string?)null),
        };
        var placed = header.Placed(input.Hints, Hook(layer, hookIn), Hook(layer, hookOut));
        return hookIn is null ? placed : placed.Assuming(
            $"the place is taken from the repository's name '{ConfigObject.Clip(repository)}'");
    }

    private static string? Hook(int? layer, string? hook) => hook is null ? null : $"blocks.{layer}.{hook}";

    private static double? PublishedL0(FormatInput input) => input.Segments.Take(3).Select(segment => L0Pattern().Match(segment))
        .FirstOrDefault(match => match.Success) is { } found ? double.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture) : null;

    private static int? Layer(FormatInput input) => input.Segments.Take(4).Select(segment => LayerPattern().Match(segment))
        .FirstOrDefault(match => match.Success) is { } found ? int.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture) : null;

    [GeneratedRegex(@"\Aaverage_l0_([0-9]{1,6})\z")]
    private static partial Regex L0Pattern();

    [GeneratedRegex(@"\Alayer_([0-9]{1,4})\z")]
    private static partial Regex LayerPattern();
}
