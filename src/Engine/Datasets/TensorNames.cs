using System.Globalization;

namespace AeServerless.Engine.Datasets;

/// <summary>Names of the tensors of a shard.</summary>
public static class TensorNames
{
    /// <summary>Token ids, I64 [n].</summary>
    public const string Tokens = "tokens";

    /// <summary>Length of each sequence, I32 [s].</summary>
    public const string SequenceLengths = "sequence_lengths";

    /// <summary>Which tokens count, U8 or BOOL [n]: 0 for one that does not. A shard can be without.</summary>
    public const string Mask = "mask";

    private const string NoLayer = "none";

    /// <summary>The name of a recorded tensor, such as <c>resid.post_mlp/backward/3</c>.</summary>
    public static string Format(string location, PassType pass, int? layer) => string.Create(
        CultureInfo.InvariantCulture,
        $"{location}/{(pass == PassType.Forward ? "forward" : "backward")}/{(layer is { } index ? index : NoLayer)}");

    /// <summary>Takes a recorded tensor's name apart.</summary>
    /// <param name="name">The name as it stands in a shard.</param>
    /// <param name="subject">What the message names as being at fault.</param>
    /// <exception cref="InvalidInputException">
    /// The name is not of the form, or its location is unknown: the message lists the known ones.
    /// </exception>
    public static TensorName Parse(string name, string subject)
    {
        if (name.Split('/') is not [var location, var pass, var layer])
        {
            throw new InvalidInputException(
                subject, "the name must be {location}/{forward|backward}/{layer|none}, 'tokens', 'sequence_lengths' or 'mask'");
        }

        if (!ActivationLocation.IsKnown(location))
        {
            throw new InvalidInputException(
                subject, $"has the unknown location '{OneLineText.Clip(location)}'; known are {string.Join(", ", ActivationLocation.All)}");
        }

        var passType = pass switch
        {
            "forward" => PassType.Forward,
            "backward" => PassType.Backward,
            _ => throw new InvalidInputException(subject, $"has the unknown pass '{OneLineText.Clip(pass)}'; known are forward, backward"),
        };
        if (!ActivationLocation.HasLayers(location))
        {
            return layer == NoLayer ? new TensorName(location, passType, null) : throw new InvalidInputException(
                subject, $"{location} has no layers: write 'none'");
        }

        // The canonical form alone: "02" would be a second name of the same tensor.
        if (!int.TryParse(
            layer, NumberStyles.None, CultureInfo.InvariantCulture, out var index) || index.ToString(CultureInfo.InvariantCulture) != layer)
        {
            throw new InvalidInputException(subject, $"has the layer '{OneLineText.Clip(layer)}'; a whole number is needed");
        }

        return new TensorName(location, passType, index);
    }
}
