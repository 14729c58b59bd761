using System.Globalization;
using System.Numerics;
using AeServerless.Engine;
using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;
using AeServerless.Formats.Files;

namespace AeServerless.Formats.Pickle;

/// <summary>The two forms of torch's checkpoints: what their pickle holds, and where the storages that it refers to lie.</summary>
internal static class TorchArchive
{
    // Structure only: names, shapes and strides of the tensors.
    private const int MostPickleBytes = 1 << 26;
    private const int FirstPickleBytes = 1 << 20;
    private const long LegacyProtocol = 1001;

    private static readonly BigInteger LegacyMagic = BigInteger.Parse("119547037146038801333356", CultureInfo.InvariantCulture);

    public static async Task<(object? Root, Func<TorchStorage, Task<IByteSource>> Storages)> OpenZipAsync(
        IByteSource source, CancellationToken cancellationToken)
    {
        var zip = await ZipFile.OpenAsync(source, cancellationToken);
        const string PickleName = "/data.pkl";
        var pickles = zip.Entries.Values.Where(entry => entry.Name.EndsWith(PickleName, StringComparison.Ordinal)).ToArray();
        if (pickles is not [var pickle])
        {
            throw new InvalidInputException(source.Name, $"is a zip archive with {pickles.Length} files data.pkl; torch.save writes one");
        }

        var folder = pickle.Name[..^PickleName.Length];
        if (zip.Entries.TryGetValue($"{folder}/byteorder", out var order)
            && !(await zip.ReadEntryAsync(order, FirstPickleBytes, cancellationToken)).AsSpan().SequenceEqual("little"u8))
        {
            throw new InvalidInputException(source.Name, "its numbers are not little-endian");
        }

        var bytes = await zip.ReadEntryAsync(pickle, MostPickleBytes, cancellationToken);
        var opened = new Dictionary<string, IByteSource>(StringComparer.Ordinal);
        try
        {
            return (new PickleReader(source.Name, bytes).Read(), StorageAsync);
        }
        catch (PickleEndException)
        {
            throw new InvalidInputException(source.Name, "its pickle ends before it is whole");
        }

        async Task<IByteSource> StorageAsync(TorchStorage storage)
        {
            if (!opened.TryGetValue(storage.Key, out var content))
            {
                var entry = zip.Entries.GetValueOrDefault($"{folder}/data/{storage.Key}")
                    ?? throw new InvalidInputException(source.Name, $"storage '{storage.Key}' is missing in the archive");
                content = opened[storage.Key] = await zip.OpenEntryAsync(entry, cancellationToken);
            }

            return (Int128)storage.Count * storage.Dtype.Size() <= content.Length
                ? content
                : throw new InvalidInputException(
                    source.Name, $"storage '{storage.Key}' has {content.Length} bytes, too few for the {storage.Count} elements "
                        + $"({storage.Dtype.Name()}) that the pickle claims");
        }
    }

    public static async Task<(object? Root, Func<TorchStorage, Task<IByteSource>> Storages)> OpenLegacyAsync(
        IByteSource source, CancellationToken cancellationToken)
    {
        for (long head = FirstPickleBytes; ; head *= 8)
        {
            var bytes = new byte[Math.Min(Math.Min(head, MostPickleBytes), source.Length)];
            await source.ReadAsync(0, bytes, cancellationToken);
            try
            {
                var reader = new PickleReader(source.Name, bytes);
                var first = reader.Read();
                if (first is not BigInteger magic || magic != LegacyMagic)
                {
                    throw new InvalidInputException(source.Name, "is neither a zip archive nor the older form that torch.save writes");
                }

                if (reader.Read() is not LegacyProtocol)
                {
                    throw new InvalidInputException(
                        source.Name,
                        $"is of another protocol than {LegacyProtocol}, the only one that torch.save ever wrote");
                }

                if (reader.Read() is not PickleDictionary system || !system.TryGet("little_endian", out var little) || little is not true)
                {
                    throw new InvalidInputException(source.Name, "its numbers are not little-endian");
                }

                var root = reader.Read();
                var keys = reader.Read() as List<object?> ?? throw new InvalidInputException(source.Name, "has no list of its storages");
                var storages = await LegacyStorages.FindAsync(source, keys, reader.Storages, reader.Position, cancellationToken);
                return (root, storage => Task.FromResult(
                    storages.GetValueOrDefault(storage.Key)
                        ?? throw new InvalidInputException(source.Name, $"storage '{storage.Key}' is missing")));
            }
            catch (PickleEndException)
            {
                if (bytes.Length == source.Length || head >= MostPickleBytes)
                {
                    throw new InvalidInputException(source.Name, "its pickle ends before it is whole, and the file is not a zip archive");
                }
            }
        }
    }
}
