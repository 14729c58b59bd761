using System.Globalization;
using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Autoencoders;

/// <summary>
/// This project's own safetensors format, OpenAI's names: <c>pre_bias</c> [input], <c>encoder.weight</c> [latents, input],
/// <c>latent_bias</c> [latents], <c>decoder.weight</c> [input, latents]; metadata <c>activation</c> (ReLU, Identity or TopK), <c>k</c> and
/// <c>postact_fn</c> for TopK.
/// </summary>
internal static class SafetensorsAutoencoderFormat
{
    private const string PreBias = "pre_bias";
    private const string EncoderWeight = "encoder.weight";
    private const string LatentBias = "latent_bias";
    private const string DecoderWeight = "decoder.weight";

    private const string Supported =
        "supported is safetensors with pre_bias [input], encoder.weight [latents, input], latent_bias [latents], decoder.weight [input, "
        + "latents] and metadata 'activation' (ReLU, Identity or TopK with 'k')";

    public static AutoencoderHeader ReadHeader(SafetensorsFile file)
    {
        var name = file.Source.Name;
        string[] required = [PreBias, EncoderWeight, LatentBias, DecoderWeight];
        var missing = required.Where(tensor => !file.Tensors.ContainsKey(tensor)).ToArray();
        if (missing.Length > 0)
        {
            var found = file.Tensors.Count == 0 ? "no tensors" : string.Join(
                ", ", file.Tensors.Keys.Order(StringComparer.Ordinal).Take(12));
            throw new InvalidInputException(
                name, $"no autoencoder: tensor {string.Join(", ", missing)} is missing (found {found}); {Supported}");
        }

        if (file.Tensors.Keys.Order(StringComparer.Ordinal).FirstOrDefault(tensor => !required.Contains(tensor)) is { } unknown)
        {
            throw new InvalidInputException(
                $"{name}, tensor '{OneLineText.Clip(unknown)}'",
                $"is not known, and may change what the autoencoder computes; {Supported}");
        }

        var encoder = file.Tensors[EncoderWeight];
        if (encoder.Shape.Count != 2 || encoder.Shape[0] < 1 || encoder.Shape[1] < 1)
        {
            throw new InvalidInputException(
                $"{name}, tensor {EncoderWeight}", $"shape {Shape(encoder.Shape)} is not [latents, input]; {Supported}");
        }

        Autoencoder.RequireSize($"{name}, tensor {EncoderWeight}", encoder.Shape[0], encoder.Shape[1]);
        var (latents, input) = (encoder.Shape[0], encoder.Shape[1]);
        ValidateShape(file, PreBias, input);
        ValidateShape(file, LatentBias, latents);
        ValidateShape(file, DecoderWeight, input, latents);
        var activation = ReadActivation(file, (int)latents);
        RequireKnownMetadata(file, activation);
        return new AutoencoderHeader(name, (int)input, (int)latents, activation);
    }

    public static async Task<Autoencoder> LoadAsync(SafetensorsFile file, CancellationToken cancellationToken)
    {
        var header = ReadHeader(file);
        var preBias = await ReadAsync(file, PreBias, cancellationToken);
        var encoder = await WeightReader.ReadEncoderAsync(file, EncoderWeight, cancellationToken);
        var latentBias = await ReadAsync(file, LatentBias, cancellationToken);
        var decoder = await WeightReader.ReadDecoderAsync(file, DecoderWeight, cancellationToken);
        return new Autoencoder(header.Name, preBias, encoder, latentBias, decoder, header.Activation);
    }

    private static Activation ReadActivation(SafetensorsFile file, int latents)
    {
        var subject = $"{file.Source.Name}, metadata 'activation'";
        if (!file.Metadata.TryGetValue("activation", out var activation))
        {
            throw new InvalidInputException(subject, $"it is missing, and without it TopK and ReLU can't be told apart; {Supported}");
        }

        switch (activation)
        {
            case "ReLU":
                return Activation.ReLU;
            case "Identity":
                return Activation.Identity;
            case "TopK":
                if (file.Metadata.TryGetValue("postact_fn", out var post) && post != "ReLU")
                {
                    throw new InvalidInputException(
                        $"{file.Source.Name}, metadata 'postact_fn'", $"'{post}' after TopK is not supported; supported is ReLU");
                }

                if (!file.Metadata.TryGetValue("k", out var k)
                    || !int.TryParse(k, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1 || number > latents)
                {
                    throw new InvalidInputException(
                        $"{file.Source.Name}, metadata 'k'",
                        $"TopK needs a number from 1 to {latents}, the number of latents; found '{k}'");
                }

                return Activation.TopK(number);
            default:
                throw new InvalidInputException(subject, $"unknown activation '{activation}'; supported are ReLU, Identity, TopK");
        }
    }

    /// <summary>Throws where the file says more than is computed: a normalisation would be left out unnoticed.</summary>
    private static void RequireKnownMetadata(SafetensorsFile file, Activation activation)
    {
        // Written by safetensors' own savers: which library the tensors came from.
        string[] keys = ["activation", "kind", "format", .. activation.Kind == ActivationKind.TopK ? (string[])["k", "postact_fn"] : []];
        if (file.Metadata.Keys.Order(StringComparer.Ordinal).FirstOrDefault(key => !keys.Contains(key)) is { } unknown)
        {
            throw new InvalidInputException(
                $"{file.Source.Name}, metadata '{OneLineText.Clip(unknown)}'",
                $"is not known here, and may change what the autoencoder computes; known are {string.Join(", ", keys)}");
        }

        if (file.Metadata.TryGetValue("kind", out var kind) && kind != "autoencoder")
        {
            throw new InvalidInputException(
                $"{file.Source.Name}, metadata 'kind'", $"'{OneLineText.Clip(kind)}' is not supported; supported is autoencoder");
        }
    }

    private static void ValidateShape(SafetensorsFile file, string tensor, params ReadOnlySpan<long> shape)
    {
        var found = file.Tensors[tensor].Shape;
        if (!shape.SequenceEqual(found.ToArray()))
        {
            throw new InvalidInputException(
                $"{file.Source.Name}, tensor {tensor}",
                $"shape {Shape(found)} doesn't fit {EncoderWeight} {Shape(file.Tensors[EncoderWeight].Shape)}; it has to be "
                + $"{Shape(shape.ToArray())}");
        }
    }

    private static async Task<float[]> ReadAsync(SafetensorsFile file, string tensor, CancellationToken cancellationToken)
    {
        var values = await file.ReadFloatsAsync(tensor, cancellationToken);
        WeightReader.ValidateFinite(file, tensor, values, 0);
        return values;
    }

    private static string Shape(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";
}
