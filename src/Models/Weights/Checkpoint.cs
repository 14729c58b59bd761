using AeServerless.Engine;
using AeServerless.Engine.IO;
using AeServerless.Formats.Pickle;
using AeServerless.Formats.Tensors;

namespace AeServerless.Models.Weights;

/// <summary>
/// The tensors of a model's folder: one file, <c>model.safetensors</c> or <c>pytorch_model.bin</c>, or the shards that an index beside it
/// names, each opened when one of its tensors is asked for.
/// </summary>
internal sealed class Checkpoint : IDisposable
{
    /// <summary>What the name of an index adds to that of the only file.</summary>
    public const string IndexEnding = ".index.json";

    private readonly IModelFiles _files;
    private readonly Dictionary<string, TensorFile> _open = new(StringComparer.Ordinal);
    private readonly List<IByteSource> _sources = [];
    private readonly string _subject;
    private IReadOnlyDictionary<string, string> _shards = new Dictionary<string, string>();

    private Checkpoint(IModelFiles files, string subject) => (_files, _subject) = (files, subject);

    /// <summary>Files of weights, the first that a folder has counts. An index has the same name with an ending.</summary>
    public static IReadOnlyList<string> SingleFiles { get; } = ["model.safetensors", "pytorch_model.bin"];

    /// <summary>Names of all tensors.</summary>
    public IEnumerable<string> Names => _shards.Keys;

    /// <summary>Finds the folder's weights.</summary>
    /// <exception cref="InvalidInputException">There are none that are read here, or file or index are faulty.</exception>
    public static async Task<Checkpoint> OpenAsync(IModelFiles files, CancellationToken cancellationToken)
    {
        foreach (var single in SingleFiles)
        {
            if (await OpenSingleAsync(files, single, cancellationToken) is { } checkpoint)
            {
                return checkpoint;
            }

            var index = single + IndexEnding;
            if (await files.TryReadAsync(index, cancellationToken) is { } json)
            {
                return new Checkpoint(files, index) { _shards = WeightMap.Parse(json, index) };
            }
        }

        throw NoWeights(files);
    }

    /// <summary>The error of a folder without weights.</summary>
    public static InvalidInputException NoWeights(IModelFiles files)
    {
        var names = SingleFiles.SelectMany(single => (string[])[single, single + IndexEnding]);
        return new InvalidInputException(files.Name, $"has no weights: one of {string.Join(", ", names)} is needed");
    }

    public bool Contains(string name) => _shards.ContainsKey(name);

    public InvalidInputException Fault(string tensor, string problem) => new($"{_subject}, tensor '{tensor}'", problem);

    /// <summary>Where a tensor lies.</summary>
    /// <exception cref="InvalidInputException">It is missing.</exception>
    public async Task<StoredTensor> RequireAsync(string name, CancellationToken cancellationToken)
    {
        if (!_shards.TryGetValue(name, out var shard))
        {
            throw Fault(name, "is missing");
        }

        if (!_open.TryGetValue(shard, out var file))
        {
            var source = await _files.TryOpenAsync(shard, cancellationToken)
                ?? throw new InvalidInputException(shard, $"does not exist, and {_subject} says that it has '{name}'");
            file = await OpenFileAsync(source, shard, cancellationToken);
        }

        return file.Tensors.GetValueOrDefault(name)
            ?? throw new InvalidInputException($"{shard}, tensor '{name}'", $"is missing, and {_subject} says that it is there");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var source in _sources)
        {
            (source as IDisposable)?.Dispose();
        }
    }

    private static async Task<Checkpoint?> OpenSingleAsync(IModelFiles files, string name, CancellationToken cancellationToken)
    {
        if (await files.TryOpenAsync(name, cancellationToken) is not { } source)
        {
            return null;
        }

        var checkpoint = new Checkpoint(files, source.Name);
        try
        {
            var file = await checkpoint.OpenFileAsync(source, name, cancellationToken);
            checkpoint._shards = file.Tensors.Keys.ToDictionary(tensor => tensor, _ => name, StringComparer.Ordinal);
            return checkpoint;
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    private async Task<TensorFile> OpenFileAsync(IByteSource source, string name, CancellationToken cancellationToken)
    {
        _sources.Add(source);
        var file = name.EndsWith(".safetensors", StringComparison.Ordinal)
            ? await TensorFile.OpenSafetensorsAsync(source, cancellationToken)
            : await TorchFile.OpenAsync(source, cancellationToken);
        _open.Add(name, file);
        return file;
    }
}
