using System.Globalization;
using AeServerless.Engine;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Tensors;

namespace AeServerless.Exports.Runs;

/// <summary>One scalar's values at every token: a file of <c>latents/{scalar}/{layer}</c>.</summary>
/// <param name="Name">The scalar's name in the recipe.</param>
/// <param name="Type">The scalar's type.</param>
/// <param name="Layer">The layer.</param>
/// <param name="Autoencoder">The autoencoder's name; empty where the scalar has none.</param>
/// <param name="Shape">How values are held.</param>
/// <param name="File">The file.</param>
public sealed record LatentScalar(string Name, string Type, int Layer, string Autoencoder, ScalarShape Shape, SafetensorsFile File)
{
    /// <summary>Number of latents, or the width of a dense scalar.</summary>
    public int Width { get; } = Number(File, "width");

    /// <summary>Number of tokens.</summary>
    public long Tokens { get; } = Shape == ScalarShape.Dense ? File.GetTensor("values").Rows : File.GetTensor("indptr").Rows - 1;

    /// <summary>Number of values that are stored; of a dense scalar, all.</summary>
    public long Entries { get; } = File.GetTensor("values").Rows;

    /// <summary>Whether the values are the latents themselves, not something derived from them.</summary>
    public bool IsLatent => ShortScalars.IsLatents(Type);

    /// <summary>Reads what a file's metadata says of its scalar.</summary>
    /// <exception cref="InvalidInputException">The metadata lacks something.</exception>
    public static LatentScalar Of(SafetensorsFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var shape = Text(file, "shape") switch
        {
            "Latents" => ScalarShape.Latents,
            "LatentVectors" => ScalarShape.LatentVectors,
            _ => ScalarShape.Dense,
        };
        return new LatentScalar(
            Text(file, "scalar"),
            Text(file, "type"),
            Number(file, "layer"),
            file.Metadata.GetValueOrDefault("autoencoder", ""),
            shape,
            file);
    }

    private static string Text(SafetensorsFile file, string key) =>
        file.Metadata.TryGetValue(key, out var text)
            ? text
            : throw new InvalidInputException(file.Source.Name, $"the metadata lacks {key}");

    private static int Number(SafetensorsFile file, string key) =>
        int.TryParse(Text(file, key), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new InvalidInputException(file.Source.Name, $"the metadata's {key} must be a whole number");
}
