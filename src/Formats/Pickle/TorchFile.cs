using AeServerless.Engine;
using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;
using AeServerless.Formats.Files;
using AeServerless.Formats.Tensors;

namespace AeServerless.Formats.Pickle;

/// <summary>
/// Reads what <c>torch.save</c> writes: a zip archive, or the older stream of pickles with the storages behind. Dictionaries, lists,
/// tuples, numbers, texts and tensors are read; every other name in the pickle is refused, and none is ever called. Storages stay in the
/// file until a tensor is read.
/// </summary>
public static class TorchFile
{
    // A pickled dictionary can hold itself.
    private const int MostDepth = 4;

    // A tensor may repeat elements of its storage, but not grow a small file into gigabytes.
    private const long MostRepeated = 1 << 20;

    /// <summary>Opens a file whose value is a dictionary of tensors and other values by name.</summary>
    /// <exception cref="InvalidInputException">The file is broken, or its pickle holds or names something else.</exception>
    public static async Task<TensorFile> OpenAsync(IByteSource source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        var (root, storages) = await ZipFile.IsZipAsync(source, cancellationToken)
            ? await TorchArchive.OpenZipAsync(source, cancellationToken)
            : await TorchArchive.OpenLegacyAsync(source, cancellationToken);
        var dictionary = root as PickleDictionary
            ?? throw new InvalidInputException(source.Name, "does not hold a dictionary of tensors by name (a state_dict)");
        return await ContentAsync(source.Name, dictionary, storages, MostDepth);
    }

    /// <summary>A dictionary that stands under a name in the file, as a file of its own.</summary>
    /// <exception cref="InvalidInputException">There is no such dictionary.</exception>
    public static TensorFile Within(TensorFile file, string name)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file.Values.GetValueOrDefault(name) as TensorFile
            ?? throw new InvalidInputException(file.Name, $"has no dictionary '{name}'");
    }

    private static async Task<TensorFile> ContentAsync(
        string file, PickleDictionary dictionary, Func<TorchStorage, Task<IByteSource>> storages, int depth)
    {
        if (depth == 0)
        {
            throw new InvalidInputException(file, $"its dictionaries of tensors lie more than {MostDepth} deep in each other");
        }

        var tensors = new Dictionary<string, StoredTensor>(StringComparer.Ordinal);
        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (key, value) in dictionary.Entries)
        {
            var name = key as string ?? throw new InvalidInputException(file, "its pickle has a dictionary whose keys are not texts");
            if (value is TorchTensor tensor)
            {
                tensors.Add(name, Resolve(file, name, tensor, await storages(tensor.Storage)));
            }
            else
            {
                var content = value is PickleDictionary inner && HoldsTensors(inner)
                    ? await ContentAsync(file, inner, storages, depth - 1)
                    : value;
                values.Add(name, content);
            }
        }

        return new TensorFile(file, tensors, values);
    }

    private static bool HoldsTensors(PickleDictionary dictionary) => dictionary.Entries.Any(entry => entry.Value is TorchTensor);

    private static StoredTensor Resolve(string file, string name, TorchTensor tensor, IByteSource storage)
    {
        var stored = new StoredTensor(
            file,
            name,
            tensor.Storage.Dtype,
            tensor.Shape,
            tensor.Strides,
            storage,
            unchecked(tensor.Offset * tensor.Storage.Dtype.Size()));
        var (last, count) = ((Int128)tensor.Offset, (Int128)1);
        for (var i = 0; i < tensor.Shape.Count; i++)
        {
            count = count > long.MaxValue ? count : count * tensor.Shape[i];
            last += (Int128)(tensor.Shape[i] - 1) * tensor.Strides[i];
        }

        if (tensor.Offset < 0 || (count > 0 && last >= tensor.Storage.Count))
        {
            throw stored.Fault($"offset {tensor.Offset} and strides [{string.Join(", ", tensor.Strides)}] of shape {stored.ShapeText} "
                + $"reach beyond its storage of {tensor.Storage.Count} elements");
        }

        return count <= Math.Max(tensor.Storage.Count, MostRepeated)
            ? stored
            : throw stored.Fault(
                $"its strides repeat elements: shape {stored.ShapeText} from a storage of {tensor.Storage.Count}; save it contiguous");
    }
}
