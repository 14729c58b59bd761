using System.Globalization;
using System.Text.RegularExpressions;
using AeServerless.Engine;
using AeServerless.Formats.Definitions;
using AeServerless.Formats.Reading;

namespace AeServerless.Formats.Readers;

/// <summary>
/// Two formats without a configuration, one linear layer for each direction and a ReLU between: Goodfire's (<c>encoder_linear.*</c>) and
/// qresearch's (<c>encoder.*</c>).
/// </summary>
/// <param name="name">The format's name.</param>
/// <param name="family">As headers call it.</param>
/// <param name="suffix">What stands behind <c>encoder</c> and <c>decoder</c>.</param>
internal sealed partial class LinearLayersFormat(string name, string family, string suffix) : IAutoencoderFormat
{
    private static readonly string[] Extensions = [".pt", ".pth", ".bin"];

    public string Name => name;

    public static LinearLayersFormat Goodfire() => new("goodfire", "Goodfire relu", "_linear");

    public static LinearLayersFormat Linear() => new("linear-pt", "linear layers relu", "");

    public async Task<bool> RecognisesAsync(FormatInput input, CancellationToken cancellationToken) =>
        input.FindOnly(Extensions) is { } file
        && await input.TensorsAsync(file, cancellationToken) is { Tensors.Count: 4 } tensors
        && tensors.Has($"encoder{suffix}.weight", $"encoder{suffix}.bias", $"decoder{suffix}.weight", $"decoder{suffix}.bias");

    public async Task<OpenedAutoencoder> OpenAsync(FormatInput input, CancellationToken cancellationToken)
    {
        var file = input.FindOnly(Extensions) ?? throw new InvalidInputException(input.Name, "has no single .pt or .pth file");
        var content = await input.TensorsAsync(file, cancellationToken);
        new CheckpointValues(content).RequireAllKnown(name);
        var tensors = new TensorSet(content);
        var parts = new WeightParts
        {
            Encoder = MatrixPart.Encoder(tensors.Require($"encoder{suffix}.weight"), transposed: false),
            EncoderBias = tensors.Require($"encoder{suffix}.bias"),
            Decoder = MatrixPart.Decoder(tensors.Require($"decoder{suffix}.weight"), transposed: true),
            OutputBias = tensors.Require($"decoder{suffix}.bias"),
        }.RequireAutoencoder();
        tensors.RequireAllKnown(name);
        var layer = LayerPattern().Match(file) is { Success: true } match
            ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
            : (int?)null;
        var header = parts.Describe(input, name, family, GateKind.ReLU)
            .Placed(input.Hints, layer is null ? null : $"blocks.{layer}.hook_resid_post")
            .Assuming(
                "the file has tensors only: that the gate is a ReLU and nothing is subtracted from the input is what its authors publish",
                layer is null ? "" : $"layer {layer} is taken from the file's name, and the residual stream after it as the place");
        header = header with { Assumptions = [.. header.Assumptions.Where(note => note.Length > 0)] };
        return new OpenedAutoencoder(header, async cancel => (await parts.LoadAsync(cancel)).Define(header, Gate.ReLU));
    }

    [GeneratedRegex(@"[-_]l([0-9]{1,4})\.", RegexOptions.IgnoreCase)]
    private static partial Regex LayerPattern();
}
