using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace AeServerless.Formats.Tests.Pickle;

/// <summary>Writes pickles instruction by instruction, and archives as torch.save writes them.</summary>
internal sealed class PickleBuilder
{
    private readonly List<byte> _bytes = [0x80, 2];

    public static PickleBuilder Start => new();

    public byte[] End() => [.. _bytes, (byte)'.'];

    public PickleBuilder Raw(params ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public PickleBuilder Raw(string ascii) => Raw(Encoding.ASCII.GetBytes(ascii));

    public PickleBuilder Text(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, utf8.Length);
        return Raw("X").Raw(length).Raw(utf8);
    }

    public PickleBuilder Whole(int number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        return Raw("J").Raw(bytes);
    }

    public PickleBuilder Tuple(params IEnumerable<int> numbers)
    {
        Raw("(");
        foreach (var number in numbers)
        {
            Whole(number);
        }

        return Raw("t");
    }

    public PickleBuilder Tensor(string storage, int count, int offset, int[] shape, int[] strides) =>
        Raw("ctorch._utils\n_rebuild_tensor_v2\n((").Text("storage").Raw("ctorch\nFloatStorage\n").Text(storage).Text("cpu").Whole(count)
            .Raw("tQ").Whole(offset).Tuple(shape).Tuple(strides).Raw(0x89).Raw("ccollections\nOrderedDict\n)RtR");

    /// <summary>An archive with the pickle and storages of floats, named 0, 1, ….</summary>
    public static byte[] Archive(byte[] pickle, params IReadOnlyList<float[]> storages)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(zip, "archive/data.pkl", pickle);
            for (var i = 0; i < storages.Count; i++)
            {
                var bytes = new byte[storages[i].Length * sizeof(float)];
                Buffer.BlockCopy(storages[i], 0, bytes, 0, bytes.Length);
                Add(zip, $"archive/data/{i}", bytes);
            }
        }

        return stream.ToArray();
    }

    private static void Add(ZipArchive zip, string name, byte[] content)
    {
        using var entry = zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
        entry.Write(content);
    }
}
