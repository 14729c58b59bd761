using System.Globalization;
using System.Text.RegularExpressions;
using AeServerless.Engine;
using AeServerless.Formats.Definitions;
using AeServerless.Formats.Reading;
using AeServerless.Formats.Tensors;

namespace AeServerless.Formats.Readers;

/// <summary>Qwen Scope: <c>layer{n}.sae.pt</c> without a configuration; k is the L0 in the repository's name.</summary>
internal sealed partial class QwenScopeFormat : IAutoencoderFormat
{
    private static readonly string[] Extensions = [".pt", ".pth"];

    public string Name => "qwen-scope";

    public async Task<bool> RecognisesAsync(FormatInput input, CancellationToken cancellationToken) =>
        FileOf(input) is { } name && IsLike(await input.TensorsAsync(name, cancellationToken));

    public async Task<OpenedAutoencoder> OpenAsync(FormatInput input, CancellationToken cancellationToken)
    {
        var name = FileOf(input) ?? throw new InvalidInputException(
            input.Name,
            "has no layer{n}.sae.pt of the layer; name the file, or say the layer");
        var file = await input.TensorsAsync(name, cancellationToken);
        new CheckpointValues(file).RequireAllKnown(Name);
        var tensors = new TensorSet(file);
        var parts = new WeightParts
        {
            Encoder = MatrixPart.Encoder(tensors.Require("W_enc"), transposed: false),
            EncoderBias = tensors.Require("b_enc"),
            Decoder = MatrixPart.Decoder(tensors.Require("W_dec"), transposed: true),
            OutputBias = tensors.Require("b_dec"),
        }.RequireAutoencoder();
        tensors.RequireAllKnown(Name);
        var header = parts.Describe(input, Name, "Qwen Scope topk", GateKind.TopK);
        var named = input.Segments.Skip(input.File is null ? 0 : 1)
            .Concat(input.Hints.Repository is { } repository ? [repository] : [])
            .Select(segment => L0Pattern().Match(segment))
            .FirstOrDefault(match => match.Success) is { } found
                ? int.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture)
                : (int?)null;
        var notes = named is not null && input.Hints.K is null ? [$"k {named} is the L0 in its folder's name"] : Array.Empty<string>();
        if (input.Hints.K is { } k && named is not null && k != named)
        {
            notes = [$"k {k} is taken as it was said by hand; its folder's name has L0 {named}"];
        }

        header = header with
        {
            K = TopKs.Require(input, input.Hints.K ?? named, header.LatentCount, "the name of its folder (L0_…)"),
            PublishedL0 = named,
        };
        header = header.Placed(input.Hints, LayerOf(name) is { } layer ? $"model.layers.{layer}.output" : null).Assuming(notes);
        return new OpenedAutoencoder(
            header, async cancel => (await parts.LoadAsync(cancel)).Define(header, new TopKGate(GateKind.TopK, header.K)));
    }

    /// <summary>Encoder and decoder the other way round than all other formats with these names: latents first, latents last.</summary>
    private static bool IsLike(TensorFile file) =>
        file.Has("W_enc", "W_dec", "b_enc", "b_dec") && file.Tensors.Count == 4
        && file.Tensors["b_enc"].Shape is [var latents] && file.Tensors["b_dec"].Shape is [var width]
        && file.Tensors["W_enc"].Shape.SequenceEqual([latents, width]) && file.Tensors["W_dec"].Shape.SequenceEqual([width, latents]);

    private static string? FileOf(FormatInput input) =>
        input.FindOnly(Extensions) ?? (input.Hints.Layer is { } layer ? input.Find($"layer{layer}.sae.pt") : null);

    private static int? LayerOf(string name) => LayerPattern().Match(name) is { Success: true } match
        ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
        : null;

    [GeneratedRegex(@"(?:\A|[-_])L0[-_]([0-9]{1,6})(?:\z|[-_])")]
    private static partial Regex L0Pattern();

    [GeneratedRegex(@"\Alayer_?([0-9]{1,4})\.")]
    private static partial Regex LayerPattern();
}
