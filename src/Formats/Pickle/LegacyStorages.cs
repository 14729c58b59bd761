using System.Buffers.Binary;
using AeServerless.Engine;
using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;
using AeServerless.Formats.Files;

namespace AeServerless.Formats.Pickle;

/// <summary>
/// The storages of a checkpoint in torch's older form: behind the pickles, in the order of a list of their names, each with its number of
/// elements before it.
/// </summary>
internal static class LegacyStorages
{
    public static async Task<Dictionary<string, IByteSource>> FindAsync(
        IByteSource source,
        List<object?> keys,
        IReadOnlyDictionary<string, TorchStorage> used,
        long start,
        CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, IByteSource>(StringComparer.Ordinal);
        var count = new byte[sizeof(long)];
        foreach (var key in keys)
        {
            if (key is not string name || !used.TryGetValue(name, out var storage))
            {
                throw new InvalidInputException(source.Name, "has a storage that no tensor uses: where the next one begins can't be told");
            }

            var bytes = (Int128)storage.Count * storage.Dtype.Size();
            if (start + sizeof(long) + bytes > source.Length)
            {
                throw new InvalidInputException(source.Name, $"storage '{name}' reaches beyond the end of the file");
            }

            await source.ReadAsync(start, count, cancellationToken);
            if (BinaryPrimitives.ReadInt64LittleEndian(count) != storage.Count)
            {
                throw new InvalidInputException(source.Name, $"storage '{name}' has another size than the pickle claims");
            }

            start += sizeof(long);
            if (!found.TryAdd(name, new SliceByteSource($"{source.Name}, storage '{name}'", source, start, (long)bytes)))
            {
                throw new InvalidInputException(source.Name, $"storage '{name}' stands twice in its list");
            }

            start += (long)bytes;
        }

        return found;
    }
}
