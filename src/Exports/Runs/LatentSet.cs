using AeServerless.Engine;

namespace AeServerless.Exports.Runs;

/// <summary>The latent-shaped scalars of one autoencoder and layer: a table with a column for each.</summary>
/// <param name="Scalars">The scalars; the first is the one whose values the table is named after: the latents where the run has
/// them.</param>
public sealed record LatentSet(IReadOnlyList<LatentScalar> Scalars)
{
    /// <summary>Most scalars that one table can have.</summary>
    public const int MostScalars = 32;

    /// <summary>The scalar that the table is named after.</summary>
    public LatentScalar Primary => Scalars[0];

    /// <summary>Number of latents.</summary>
    public int Width => Primary.Width;

    /// <summary>The layer.</summary>
    public int Layer => Primary.Layer;

    /// <summary>Sets of the scalars of a run.</summary>
    /// <exception cref="InvalidInputException">Files of one autoencoder do not fit each other.</exception>
    public static IReadOnlyList<LatentSet> Group(IEnumerable<LatentScalar> scalars) =>
    [
        .. scalars.Where(scalar => scalar.Shape == ScalarShape.Latents)
            .GroupBy(scalar => (scalar.Autoencoder.Length > 0 ? scalar.Autoencoder : scalar.Name, scalar.Layer))
            .OrderBy(group => group.Key.Item1, StringComparer.Ordinal).ThenBy(group => group.Key.Layer)
            .Select(group => Checked([.. group.OrderBy(scalar => !scalar.IsLatent).ThenBy(scalar => scalar.Name, StringComparer.Ordinal)])),
    ];

    /// <summary>A set of one scalar alone.</summary>
    public static LatentSet Of(LatentScalar scalar) => new([scalar]);

    private static LatentSet Checked(LatentScalar[] scalars)
    {
        var first = scalars[0];
        if (Array.Find(scalars, scalar => scalar.Width != first.Width || scalar.Tokens != first.Tokens) is { } other)
        {
            throw new InvalidInputException(
                other.File.Source.Name,
                $"has {other.Width} latents at {other.Tokens} tokens, but {first.File.Source.Name} has {first.Width} at {first.Tokens}");
        }

        return scalars.Length <= MostScalars
            ? new LatentSet(scalars)
            : throw new InvalidInputException(
                first.Autoencoder,
                $"has {scalars.Length} scalars at layer {first.Layer}; a table has at most {MostScalars}: name those to export");
    }
}
