using AeServerless.Engine;
using AeServerless.Engine.IO;
using AeServerless.Formats.Engines;
using AeServerless.Formats.Files;

namespace AeServerless.Cli.Plans;

/// <summary>Local folders that stand for the containers of blob storage, whatever names the uploads give.</summary>
/// <param name="root">A folder with <c>models/</c> and <c>autoencoders/</c>.</param>
/// <param name="model">Stands for <c>models/{name}</c>; null for that of the root.</param>
/// <param name="autoencoders">Stands for <c>autoencoders/{name}</c>; null for that of the root.</param>
internal sealed class LocalContainers(string root, string? model, string? autoencoders) : IStoredFiles
{
    private readonly List<string> _missing = [];

    /// <summary>Opens a path, container first; null where there is no such file.</summary>
    public IByteSource? Open(string path)
    {
        var file = Find(path);
        if (File.Exists(file))
        {
            return new FileByteSource(file, path);
        }

        _missing.Add($"{path} was looked for at {file}");
        return null;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ListAsync(string folder, CancellationToken cancellationToken)
    {
        var local = Find(folder);
        if (Directory.Exists(local))
        {
            return [.. (await new LocalFolder(local).ListAsync(cancellationToken)).Select(name => $"{folder}/{name}")];
        }

        if (!File.Exists(local))
        {
            _missing.Add($"{folder} was looked for at {local}");
        }

        return [];
    }

    /// <inheritdoc/>
    public Task<IByteSource?> OpenAsync(string path, CancellationToken cancellationToken) => Task.FromResult(Open(path));

    /// <summary>
    /// Where planning fails for a file that is not there, also says where it was looked for, and which option says where it is.
    /// </summary>
    public async Task<T> ExplainAsync<T>(Func<Task<T>> plan)
    {
        try
        {
            return await plan();
        }
        catch (InvalidInputException e) when (_missing.Count > 0)
        {
            throw new CliException(
                $"{e.Message} ({_missing[0]}; --model and --autoencoders say where the local folders are, --root a folder with both).");
        }
    }

    private string Find(string path) => path.Split('/', 3) switch
    {
        ["models", _, var rest] when model is not null => Path.Combine(model, rest),
        ["autoencoders", _, var rest] when autoencoders is not null => Path.Combine(autoencoders, rest),
        ["autoencoders", _] when autoencoders is not null => autoencoders,
        _ => Path.Combine(root, path),
    };
}
