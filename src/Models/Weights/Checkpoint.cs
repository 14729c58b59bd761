using AeServerless.Engine;
using AeServerless.Engine.Tensors;

namespace AeServerless.Models.Weights;

/// <summary>
/// The tensors of a model's folder: <c>model.safetensors</c>, or the shards that <c>model.safetensors.index.json</c> names, each opened
/// when one of
/// its tensors is asked for.
/// </summary>
internal sealed class Checkpoint : IDisposable
{
    private const string Single = "model.safetensors";
    private const string Index = "model.safetensors.index.json";
    private const string Pickle = "pytorch_model.bin";

    private readonly IModelFiles _files;
    private readonly Dictionary<string, SafetensorsFile> _open = new(StringComparer.Ordinal);
    private readonly IReadOnlyDictionary<string, string> _shards;
    private readonly string _subject;

    private Checkpoint(IModelFiles files, string subject, IReadOnlyDictionary<string, string> shards) =>
        (_files, _subject, _shards) = (files, subject, shards);

    /// <summary>Names of all tensors.</summary>
    public IEnumerable<string> Names => _shards.Keys;

    /// <summary>Finds the folder's weights.</summary>
    /// <exception cref="InvalidInputException">There are none that are read here, or the index is faulty.</exception>
    public static async Task<Checkpoint> OpenAsync(IModelFiles files, CancellationToken cancellationToken)
    {
        if (await files.TryOpenAsync(Single, cancellationToken) is { } source)
        {
            try
            {
                var file = await SafetensorsFile.OpenAsync(source, cancellationToken);
                var shards = file.Tensors.Keys.ToDictionary(name => name, _ => Single, StringComparer.Ordinal);
                var checkpoint = new Checkpoint(files, source.Name, shards);
                checkpoint._open.Add(Single, file);
                return checkpoint;
            }
            catch
            {
                (source as IDisposable)?.Dispose();
                throw;
            }
        }

        if (await files.TryReadAsync(Index, cancellationToken) is { } index)
        {
            return new Checkpoint(files, Index, WeightMap.Parse(index, Index));
        }

        throw await MissingAsync(files, cancellationToken);
    }

    public bool Contains(string name) => _shards.ContainsKey(name);

    public InvalidInputException Fault(string tensor, string problem) => new($"{_subject}, tensor '{tensor}'", problem);

    /// <summary>The file and the entry of a tensor.</summary>
    /// <exception cref="InvalidInputException">It is missing.</exception>
    public async Task<(SafetensorsFile File, TensorEntry Entry)> RequireAsync(string name, CancellationToken cancellationToken)
    {
        if (!_shards.TryGetValue(name, out var shard))
        {
            throw Fault(name, "is missing");
        }

        if (!_open.TryGetValue(shard, out var file))
        {
            var source = await _files.TryOpenAsync(shard, cancellationToken)
                ?? throw new InvalidInputException(shard, $"does not exist, and {_subject} says that it has '{name}'");
            try
            {
                file = await SafetensorsFile.OpenAsync(source, cancellationToken);
            }
            catch
            {
                (source as IDisposable)?.Dispose();
                throw;
            }

            _open.Add(shard, file);
        }

        return (file, file.GetTensor(name));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in _open.Values)
        {
            (file.Source as IDisposable)?.Dispose();
        }
    }

    private static async Task<InvalidInputException> MissingAsync(IModelFiles files, CancellationToken cancellationToken)
    {
        foreach (var name in (string[])[Pickle, Pickle + ".index.json"])
        {
            if (await files.TryOpenAsync(name, cancellationToken) is { } pickle)
            {
                (pickle as IDisposable)?.Dispose();
                return new InvalidInputException(
                    $"{files.Name}, {name}", $"is not read; save the model with safetensors, as {Single} or shards with {Index}");
            }
        }

        return new InvalidInputException(files.Name, $"has neither {Single} nor {Index}");
    }
}
