using System.Globalization;
using AeServerless.Cli.Exporting;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Tensors;

namespace AeServerless.Cli.Latents;

/// <summary>The scalars of one autoencoder and layer that a run has statistics of; the latents themselves first.</summary>
internal sealed record LatentScalars(string Autoencoder, int Layer, IReadOnlyList<SafetensorsFile> Files)
{
    private const string Folder = "statistics/";

    public int Latents => (int)Files[0].GetTensor("count").Rows;

    /// <summary>Finds the scalars of an autoencoder.</summary>
    /// <param name="files">The run's files.</param>
    /// <param name="autoencoder">Name of the autoencoder or of one of its scalars; may be left out where there is one.</param>
    /// <param name="layer">The layer; may be left out where there is one.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="CliException">There is none, or more than one: the message lists those that there are.</exception>
    public static async Task<LatentScalars> FindAsync(
        AppRunFiles files, string? autoencoder, int? layer, CancellationToken cancellationToken)
    {
        var opened = new List<SafetensorsFile>();
        var listed = await files.ListAsync(cancellationToken);
        foreach (var file in listed.Where(file => file.Name.StartsWith(Folder, StringComparison.Ordinal)))
        {
            var statistics = await SafetensorsFile.OpenAsync(await files.OpenAsync(file.Name, cancellationToken), cancellationToken);
            if (!statistics.Metadata.ContainsKey("metrics"))
            {
                opened.Add(statistics);
            }
        }

        var all = opened.GroupBy(file => (Name: Of(file), Layer: int.Parse(file.Metadata["layer"], CultureInfo.InvariantCulture)))
            .Select(group => new LatentScalars(
                group.Key.Name,
                group.Key.Layer,
                [.. group.OrderBy(file => !IsLatent(file)).ThenBy(Scalar, StringComparer.Ordinal)]))
            .ToList();
        if (all.Count == 0)
        {
            throw new CliException("The run has no statistics of latents; a recipe's \"outputs\" must have \"statistics\".");
        }

        bool IsAsked(LatentScalars set) => set.Autoencoder == autoencoder || set.Files.Any(file => Scalar(file) == autoencoder);
        var fitting = all.Where(set => (layer is null || set.Layer == layer) && (autoencoder is null || IsAsked(set))).ToList();
        return fitting is [var one] ? one : throw new CliException(
            "Say which autoencoder with --autoencoder and --layer: the run has "
            + $"{string.Join(", ", all.Select(set => $"{set.Autoencoder} at layer {set.Layer}"))}.");
    }

    public static string Scalar(SafetensorsFile file) => file.Metadata["scalar"];

    private static string Of(SafetensorsFile file) => file.Metadata.GetValueOrDefault("autoencoder", Scalar(file));

    private static bool IsLatent(SafetensorsFile file) => ShortScalars.IsLatents(file.Metadata["type"]);
}
