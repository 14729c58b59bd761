using System.Text.RegularExpressions;
using AeServerless.Engine.Recipes;

namespace AeServerless.Formats.Engines;

/// <summary>Which stored files belong to an autoencoder of a recipe: its file or folder, and the configuration beside a file.</summary>
/// <param name="reference">The autoencoder.</param>
public sealed class AutoencoderPaths(AutoencoderReference reference)
{
    private const string Checkpoints = "/checkpoints";

    private readonly Regex _own = new($@"\A{Pattern(reference.Path)}(/[^/]+){{0,2}}\z", RegexOptions.CultureInvariant);
    private readonly Regex _beside = new($@"\A{Pattern(FolderOf(reference.Path))}/[^/]+\.(json|yaml)\z", RegexOptions.CultureInvariant);

    /// <summary>What the paths of all of them begin with.</summary>
    public string Prefix { get; } = PrefixOf(reference.Path);

    /// <summary>Whether a file is one of them.</summary>
    public bool Contains(string path) => _own.IsMatch(path) || _beside.IsMatch(path);

    private static string FolderOf(string path)
    {
        var slash = path.LastIndexOf('/');
        var folder = slash < 0 ? path : path[..slash];
        return folder.EndsWith(Checkpoints, StringComparison.Ordinal) ? folder[..^Checkpoints.Length] : folder;
    }

    private static string PrefixOf(string path)
    {
        var split = path.IndexOf(AutoencoderReference.LayerPlaceholder, StringComparison.Ordinal);
        var known = split < 0 ? path : path[..split];
        var folder = FolderOf(path);
        folder = folder.Length < known.Length && known.StartsWith(folder, StringComparison.Ordinal) ? folder + "/" : known;

        // The container itself is no folder of an autoencoder.
        return folder.IndexOf('/') == folder.Length - 1 ? known : folder;
    }

    private static string Pattern(string path) =>
        Regex.Escape(path).Replace(Regex.Escape(AutoencoderReference.LayerPlaceholder), "(?:[0-9]+|none)", StringComparison.Ordinal);
}
