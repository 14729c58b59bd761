using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;

namespace AeServerless.Exports.Formats.Arrays;

/// <summary>Writes what <c>torch.load</c> reads with <c>weights_only</c>: an I64 tensor, or tensors by name.</summary>
internal static class TorchFile
{
    private const string Folder = "archive";

    // Protocol 2 of pickle.
    private static readonly byte[] Start = [0x80, 0x02];

    /// <summary>Writes one tensor.</summary>
    public static Task WriteAsync(Stream content, IReadOnlyList<long> shape, ReadOnlyMemory<long> values) =>
        WriteAsync(content, Pickle(pickle => AddTensor(pickle, 0, shape, values.Length)), [values]);

    /// <summary>Writes vectors by name.</summary>
    public static Task WriteAsync(Stream content, IReadOnlyList<(string Name, long[] Values)> vectors) => WriteAsync(
        content,
        Pickle(pickle =>
        {
            // An empty dictionary, a mark, its items and what puts them in.
            pickle.Add((byte)'}');
            pickle.Add((byte)'(');
            for (var i = 0; i < vectors.Count; i++)
            {
                AddText(pickle, vectors[i].Name);
                AddTensor(pickle, i, [vectors[i].Values.Length], vectors[i].Values.Length);
            }

            pickle.Add((byte)'u');
        }),
        [.. vectors.Select(vector => (ReadOnlyMemory<long>)vector.Values)]);

    private static async Task WriteAsync(Stream content, byte[] pickle, IReadOnlyList<ReadOnlyMemory<long>> storages)
    {
        // Stored, as torch's own reader takes no other: it maps the file.
        await using var zip = new ZipArchive(content, ZipArchiveMode.Create, leaveOpen: true);
        await AddAsync(zip, "data.pkl", pickle);
        await AddAsync(zip, "byteorder", "little"u8.ToArray());
        for (var i = 0; i < storages.Count; i++)
        {
            await AddAsync(zip, $"data/{i}", MemoryMarshal.AsBytes(storages[i].Span).ToArray());
        }

        await AddAsync(zip, "version", "3\n"u8.ToArray());
    }

    private static async Task AddAsync(ZipArchive zip, string name, byte[] bytes)
    {
        var entry = zip.CreateEntry($"{Folder}/{name}", CompressionLevel.NoCompression);
        entry.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
        await using var stream = await entry.OpenAsync();
        await stream.WriteAsync(bytes);
    }

    private static byte[] Pickle(Action<List<byte>> add)
    {
        var pickle = new List<byte>(Start);
        add(pickle);
        pickle.Add((byte)'.');
        return [.. pickle];
    }

    /// <summary><c>torch._utils._rebuild_tensor_v2(storage, 0, shape, strides, False, OrderedDict())</c>.</summary>
    private static void AddTensor(List<byte> pickle, int storage, IReadOnlyList<long> shape, int count)
    {
        AddGlobal(pickle, "torch._utils", "_rebuild_tensor_v2");
        pickle.Add((byte)'(');
        pickle.Add((byte)'(');
        AddText(pickle, "storage");
        AddGlobal(pickle, "torch", "LongStorage");
        AddText(pickle, $"{storage}");
        AddText(pickle, "cpu");
        AddNumber(pickle, count);
        pickle.Add((byte)'t');
        pickle.Add((byte)'Q');
        AddNumber(pickle, 0);
        AddTuple(pickle, shape);
        AddTuple(pickle, [.. shape.Select((_, axis) => shape.Skip(axis + 1).Aggregate(1L, (product, length) => product * length))]);
        pickle.Add(0x89);
        AddGlobal(pickle, "collections", "OrderedDict");
        pickle.Add((byte)')');
        pickle.Add((byte)'R');
        pickle.Add((byte)'t');
        pickle.Add((byte)'R');
    }

    private static void AddTuple(List<byte> pickle, IReadOnlyList<long> numbers)
    {
        pickle.Add((byte)'(');
        foreach (var number in numbers)
        {
            AddNumber(pickle, number);
        }

        pickle.Add((byte)'t');
    }

    private static void AddNumber(List<byte> pickle, long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        if (number is >= 0 and <= int.MaxValue)
        {
            pickle.Add((byte)'J');
            pickle.AddRange(bytes[..sizeof(int)]);
            return;
        }

        pickle.Add(0x8A);
        pickle.Add(sizeof(long));
        pickle.AddRange(bytes);
    }

    private static void AddText(List<byte> pickle, string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, utf8.Length);
        pickle.Add((byte)'X');
        pickle.AddRange(length);
        pickle.AddRange(utf8);
    }

    private static void AddGlobal(List<byte> pickle, string module, string name)
    {
        pickle.Add((byte)'c');
        pickle.AddRange(Encoding.ASCII.GetBytes($"{module}\n{name}\n"));
    }
}
