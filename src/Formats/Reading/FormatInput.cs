using System.Text.Json;
using AeServerless.Engine;
using AeServerless.Engine.IO;
using AeServerless.Formats.Files;
using AeServerless.Formats.Numpy;
using AeServerless.Formats.Pickle;
using AeServerless.Formats.Tensors;

namespace AeServerless.Formats.Reading;

/// <summary>A file or folder that holds an autoencoder. Files are opened once, when first asked for, and closed with the input.</summary>
public sealed class FormatInput : IDisposable
{
    private static readonly string[] Configs = [".json", ".yaml", ".yml"];

    private readonly IInputFolder _folder;
    private readonly Dictionary<string, IByteSource> _sources = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorFile> _tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonElement> _configs = new(StringComparer.Ordinal);

    private FormatInput(IInputFolder folder, IReadOnlyList<string> names, string? file, FormatHints hints)
    {
        _folder = folder;
        (Names, File, Hints) = (names, file, hints);
    }

    /// <summary>The name that messages call it by.</summary>
    public string Name => File is null ? _folder.Name : $"{_folder.Name}/{File}";

    /// <summary>The file that was asked for; null for a folder.</summary>
    public string? File { get; }

    /// <summary>All files of the folder, or of the folder that <see cref="File"/> lies in.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>What the user said.</summary>
    public FormatHints Hints { get; }

    /// <summary>The parts of the path, the last first.</summary>
    internal IEnumerable<string> Segments =>
        Name.Split(['/', '\\'], StringSplitOptions.RemoveEmptyEntries).Reverse().Where(segment => segment != ".");

    /// <summary>Looks into a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="file">The file in it that is the autoencoder; null for the folder as a whole.</param>
    /// <param name="hints">What the user said.</param>
    /// <param name="cancellationToken">Cancels the listing.</param>
    /// <exception cref="InvalidInputException">There is no such file or folder.</exception>
    public static async Task<FormatInput> OpenAsync(
        IInputFolder folder, string? file, FormatHints hints, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var names = await folder.ListAsync(cancellationToken);
        if (file is not null && !names.Contains(file))
        {
            throw new InvalidInputException($"{folder.Name}/{file}", "does not exist");
        }

        // A configuration stands for the folder that it describes.
        var weights = file is not null && Configs.Any(extension => file.EndsWith(extension, StringComparison.Ordinal)) ? null : file;
        return new FormatInput(folder, names, weights, hints);
    }

    /// <summary>Looks at a file or folder on disk.</summary>
    /// <exception cref="InvalidInputException">There is no such file or folder.</exception>
    public static Task<FormatInput> OpenAsync(string path, FormatHints hints, CancellationToken cancellationToken)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Directory.Exists(full))
        {
            return OpenAsync(new LocalFolder(full), null, hints, cancellationToken);
        }

        // Llama Scope's configuration lies above the folder of its checkpoint.
        const string Checkpoints = "checkpoints";
        var folder = Path.GetDirectoryName(full) ?? throw new InvalidInputException(path, "does not exist");
        return Path.GetFileName(folder) == Checkpoints && Path.GetDirectoryName(folder) is { } above
            ? OpenAsync(new LocalFolder(above), $"{Checkpoints}/{Path.GetFileName(full)}", hints, cancellationToken)
            : OpenAsync(new LocalFolder(folder), Path.GetFileName(full), hints, cancellationToken);
    }

    /// <summary>The first of these files that is there, or that is the file asked for; null where none is.</summary>
    public string? Find(params IReadOnlyList<string> names) =>
        names.FirstOrDefault(name => File is null ? Names.Contains(name) : File == name);

    /// <summary>
    /// The file with one of these extensions: the one asked for; in a folder the one of the layer that the user said (<c>3.pt</c>), or the
    /// only one.
    /// </summary>
    public string? FindOnly(params IReadOnlyList<string> extensions)
    {
        bool Fits(string name) => extensions.Any(extension => name.EndsWith(extension, StringComparison.Ordinal));
        if (File is not null)
        {
            return Fits(File) ? File : null;
        }

        var inside = Names.Where(name => !name.Contains('/') && Fits(name)).ToArray();
        var ofLayer = Hints.Layer is { } layer ? inside.Where(name => name[..name.LastIndexOf('.')] == $"{layer}").ToArray() : [];
        return ofLayer is [var chosen] ? chosen : inside is [var only] ? only : null;
    }

    /// <summary>Whether a file is there.</summary>
    public bool Has(string name) => Names.Contains(name);

    /// <summary>Opens a file of tensors: safetensors, .npz, or torch's checkpoints.</summary>
    /// <exception cref="InvalidInputException">The file is broken or holds more than tensors.</exception>
    public async Task<TensorFile> TensorsAsync(string name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!_tensors.TryGetValue(name, out var tensors))
        {
            var source = await SourceAsync(name, cancellationToken);
            _tensors[name] = tensors = Path.GetExtension(name) switch
            {
                ".safetensors" => await OpenSafetensorsAsync(source, cancellationToken),
                ".npz" => await NpzFile.OpenAsync(source, cancellationToken),
                _ => await TorchFile.OpenAsync(source, cancellationToken),
            };
        }

        return tensors;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var source in _sources.Values)
        {
            (source as IDisposable)?.Dispose();
        }
    }

    /// <summary>Reads a configuration, JSON or YAML.</summary>
    internal async Task<ConfigObject> ConfigAsync(string name, CancellationToken cancellationToken)
    {
        if (!_configs.TryGetValue(name, out var config))
        {
            var source = await SourceAsync(name, cancellationToken);
            _configs[name] = config = await ConfigText.ReadAsync(source, cancellationToken);
        }

        return new ConfigObject(config, $"{_folder.Name}/{name}");
    }

    private static async Task<TensorFile> OpenSafetensorsAsync(IByteSource source, CancellationToken cancellationToken)
    {
        try
        {
            return await TensorFile.OpenSafetensorsAsync(source, cancellationToken);
        }
        catch (InvalidInputException e)
        {
            throw new InvalidInputException(e.Subject, $"{e.Message[Math.Min(e.Message.Length, e.Subject.Length + 2)..]} (the header's "
                + "data_offsets have to follow one another and fill the file)");
        }
    }

    private async Task<IByteSource> SourceAsync(string name, CancellationToken cancellationToken)
    {
        if (!_sources.TryGetValue(name, out var source))
        {
            _sources[name] = source = await _folder.OpenAsync(name, cancellationToken);
        }

        return source;
    }
}
