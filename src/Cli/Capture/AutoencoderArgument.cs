using System.Globalization;
using AeServerless.Engine;
using AeServerless.Engine.Autoencoders;

namespace AeServerless.Cli.Capture;

/// <summary>
/// An autoencoder on the command line: <c>{input}={path}</c>, where the path is a folder of <c>{layer}.safetensors</c> or has
/// <c>{layer}</c>.
/// </summary>
internal sealed record AutoencoderArgument(AutoencoderInput Input, string Pattern)
{
    private const string Layer = "{layer}";

    public static AutoencoderArgument Parse(string text)
    {
        if (text.IndexOf('=', StringComparison.Ordinal) is not (> 0 and var equals))
        {
            throw Fault(text);
        }

        AutoencoderInput input = text[..equals] switch
        {
            "mlp_post_act" => AutoencoderInput.MlpPostAct,
            "resid_delta_mlp" => AutoencoderInput.ResidDeltaMlp,
            "resid_delta_attn" => AutoencoderInput.ResidDeltaAttn,
            _ => throw Fault(text),
        };
        var path = text[(equals + 1)..];
        return new AutoencoderArgument(input, Directory.Exists(path) ? System.IO.Path.Combine(path, $"{Layer}.safetensors") : path);
    }

    /// <summary>The file of a layer.</summary>
    public string Path(int layer) => Pattern.Replace(Layer, layer.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    private static InvalidInputException Fault(string text) =>
        new(
            $"--autoencoder {text}",
            $"must be input=path with the input mlp_post_act, resid_delta_mlp or resid_delta_attn, and in the path {Layer}");
}
