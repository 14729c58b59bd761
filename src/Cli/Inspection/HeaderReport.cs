using AeServerless.Engine.Tensors;
using AeServerless.Formats.Definitions;
using static System.FormattableString;

namespace AeServerless.Cli.Inspection;

/// <summary>What <c>ae inspect</c> prints of an autoencoder.</summary>
internal static class HeaderReport
{
    private const int NameWidth = 17;

    public static IEnumerable<string> Lines(AutoencoderHeader header)
    {
        yield return header.Name;
        yield return Line("format", header.Format == header.Family ? header.Format : $"{header.Format} ({header.Family})");
        yield return Line("kind", Kind(header.Kind));
        yield return Line("reads", header.In?.ToString() ?? "not said by the files; --in says it");
        if (header.Kind != AutoencoderKind.Autoencoder || header.In != header.Out)
        {
            yield return Line("writes", header.Out?.ToString() ?? "not said by the files; --out says it");
        }

        yield return Line(
            "sizes", Invariant($"{header.InputSize:N0} in, {header.LatentCount:N0} latents, {header.OutputSize:N0} out"));
        yield return Line("dtype", header.Dtype.Name());
        yield return Line("gate", Gate(header));
        yield return Line("input map", header.InputMap.ToString());
        if (header.HasSkip)
        {
            yield return Line("skip", "the reconstruction adds a linear map of the input");
        }

        if (header.HasGluEncoder)
        {
            yield return Line("second encoder", "its sigmoid multiplies the pre-activations");
        }

        yield return Line("memory", Invariant($"{header.WeightBytes / 1e6:N1} MB as float32"));
        if (header.PublishedL0 is { } l0)
        {
            yield return Line("published L0", Invariant($"{l0:G6}"));
        }

        if (header.PublishedFvu is { } fvu)
        {
            yield return Line("published FVU", Invariant($"{fvu:G6}"));
        }

        foreach (var assumption in header.Assumptions)
        {
            yield return Line("assumed", assumption);
        }

        foreach (var difference in header.Differences)
        {
            yield return Line("other loaders", difference);
        }
    }

    /// <summary>One fact.</summary>
    public static string Line(string name, string value) => $"  {name.PadRight(NameWidth)}{value}";

    private static string Kind(AutoencoderKind kind) => kind switch
    {
        AutoencoderKind.Autoencoder => "autoencoder",
        AutoencoderKind.Transcoder => "transcoder",
        _ => "transcoder with skip",
    };

    private static string Gate(AutoencoderHeader header)
    {
        var name = header.Gate switch
        {
            GateKind.TopKSigned => "TopK without ReLU",
            GateKind.TopKMagnitude => "TopK by magnitude, the sign kept",
            _ => header.Gate.ToString(),
        };
        return header.K > 0 ? $"{name}, k {header.K}" : name;
    }
}
