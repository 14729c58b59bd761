using AeServerless.Engine;
using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Sources;
using AeServerless.Formats.Reading;
using EngineHeader = AeServerless.Engine.Autoencoders.AutoencoderHeader;

namespace AeServerless.Formats.Engines;

/// <summary>Reads the autoencoders that recipes name, files or folders of every format.</summary>
/// <param name="files">The files.</param>
public sealed class RecipeAutoencoders(IStoredFiles files) : IAutoencoderReader
{
    private const string Checkpoints = "checkpoints";

    /// <inheritdoc/>
    public async Task<EngineHeader?> ReadHeaderAsync(AutoencoderReference reference, int layer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reference);
        if (await FindAsync(reference.PathOf(layer), cancellationToken) is not var (folder, file))
        {
            return null;
        }

        using var input = await FormatInput.OpenAsync(folder, file, Hints(reference, layer), cancellationToken);
        if (IsSetWithout(input, layer, file))
        {
            return null;
        }

        var opened = await AutoencoderFormats.OpenAsync(input, FormatOf(reference), cancellationToken);
        var header = opened.Header.ToEngine(folder.Opened);
        header = header with { Layer = await LayerInFilesAsync(reference, layer, cancellationToken) };

        // Files that say another layer are of that one.
        return header.Layer is { } own && own != layer && reference.Layers is null ? null : header;
    }

    /// <inheritdoc/>
    public async Task<Autoencoder> LoadAsync(AutoencoderReference reference, int layer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reference);
        var path = reference.PathOf(layer);
        if (await FindAsync(path, cancellationToken) is not var (folder, file))
        {
            throw new InvalidInputException(path, "does not exist");
        }

        using var input = await FormatInput.OpenAsync(folder, file, Hints(reference, layer), cancellationToken);
        var opened = await AutoencoderFormats.OpenAsync(input, FormatOf(reference), cancellationToken);
        return (await opened.LoadAsync(cancellationToken)).ToEngine();
    }

    private static string? FormatOf(AutoencoderReference reference) => reference.Format switch
    {
        "auto" => null,
        "ae-serverless" => "own",
        var format => format,
    };

    // What the recipe says goes before what files say.
    private static FormatHints Hints(AutoencoderReference reference, int? layer) => new()
    {
        K = reference.K,
        Layer = layer,
        PlaceIn = reference.Input?.Location(),
        PlaceOut = reference.Output?.Location(),
    };

    /// <summary>A folder with one file a layer, of which none is this one's.</summary>
    private static bool IsSetWithout(FormatInput input, int layer, string? file) =>
        file is null
        && input.Names.Any(name =>
            name.StartsWith("layer_", StringComparison.Ordinal) && name.EndsWith(".safetensors", StringComparison.Ordinal))
        && !input.Has($"layer_{layer}.safetensors");

    /// <summary>The layer that the files say by themselves.</summary>
    private async Task<int?> LayerInFilesAsync(AutoencoderReference reference, int layer, CancellationToken cancellationToken)
    {
        if (await FindAsync(reference.PathOf(layer), cancellationToken) is not var (folder, file))
        {
            return null;
        }

        try
        {
            var hints = new FormatHints { K = reference.K };
            using var input = await FormatInput.OpenAsync(folder, file, hints, cancellationToken);
            return (await AutoencoderFormats.OpenAsync(input, FormatOf(reference), cancellationToken)).Header.In?.Layer;
        }
        catch (InvalidInputException)
        {
            // A set of several layers can't be read without saying which.
            return null;
        }
    }

    /// <summary>The folder of an autoencoder, and the file in it that is meant; null where there is neither.</summary>
    private async Task<(StoredFolder Folder, string? File)?> FindAsync(string path, CancellationToken cancellationToken)
    {
        var inside = await files.ListAsync(path, cancellationToken);
        if (inside.Count > 0)
        {
            return (Folder(path, inside), null);
        }

        var slash = path.LastIndexOf('/');
        var (parent, name) = slash < 0 ? ("", path) : (path[..slash], path[(slash + 1)..]);
        if (parent.EndsWith($"/{Checkpoints}", StringComparison.Ordinal))
        {
            // Llama Scope's configuration lies above the folder of its checkpoint.
            (parent, name) = (parent[..^(Checkpoints.Length + 1)], $"{Checkpoints}/{name}");
        }

        var beside = await files.ListAsync(parent, cancellationToken);
        return beside.Contains($"{parent}/{name}") ? (Folder(parent, beside), name) : null;
    }

    private StoredFolder Folder(string path, IReadOnlyList<string> paths) =>
        new(files, path, [.. paths.Select(file => file[(path.Length + 1)..]).Order(StringComparer.Ordinal)]);
}
