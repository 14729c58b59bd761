using System.Buffers.Binary;
using System.Text;
using AeServerless.Engine;
using AeServerless.Engine.IO;

namespace AeServerless.Formats.Files;

/// <summary>Reads the directory at the end of a zip archive, with 64-bit sizes where it has them.</summary>
internal static class ZipDirectory
{
    public const uint EndSignature = 0x06054b50;

    private const uint End64LocatorSignature = 0x07064b50;
    private const uint End64Signature = 0x06064b50;
    private const uint EntrySignature = 0x02014b50;
    private const int EndBytes = 22;
    private const int End64LocatorBytes = 20;
    private const int End64Bytes = 56;
    private const int EntryBytes = 46;
    private const int MostDirectoryBytes = 1 << 26;

    public static async Task<Dictionary<string, ZipEntry>> ReadAsync(IByteSource source, CancellationToken cancellationToken)
    {
        var tail = new byte[Math.Min(source.Length, EndBytes + ushort.MaxValue)];
        await source.ReadAsync(source.Length - tail.Length, tail, cancellationToken);
        var end = FindEnd(tail);
        if (end < 0)
        {
            throw new InvalidInputException(source.Name, "is a zip archive without its directory at the end: the file is not whole");
        }

        long length = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(end + 12));
        long offset = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(end + 16));
        var endOffset = source.Length - tail.Length + end;
        if (await ReadEnd64Async(source, endOffset, cancellationToken) is { } end64)
        {
            (length, offset) = end64;
        }

        if (length > MostDirectoryBytes || offset < 0 || length < 0 || offset > endOffset || length > endOffset - offset)
        {
            throw new InvalidInputException(
                source.Name,
                $"the zip archive's directory ({length} bytes at {offset}) does not lie within the file");
        }

        var bytes = new byte[length];
        await source.ReadAsync(offset, bytes, cancellationToken);
        return Parse(source.Name, bytes);
    }

    private static int FindEnd(ReadOnlySpan<byte> tail)
    {
        for (var at = tail.Length - EndBytes; at >= 0; at--)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(tail[at..]) == EndSignature
                && BinaryPrimitives.ReadUInt16LittleEndian(tail[(at + 20)..]) == tail.Length - at - EndBytes)
            {
                return at;
            }
        }

        return -1;
    }

    private static async Task<(long Length, long Offset)?> ReadEnd64Async(
        IByteSource source, long endOffset, CancellationToken cancellationToken)
    {
        if (endOffset < End64LocatorBytes)
        {
            return null;
        }

        var locator = new byte[End64LocatorBytes];
        await source.ReadAsync(endOffset - End64LocatorBytes, locator, cancellationToken);
        if (BinaryPrimitives.ReadUInt32LittleEndian(locator) != End64LocatorSignature)
        {
            return null;
        }

        var at = BinaryPrimitives.ReadInt64LittleEndian(locator.AsSpan(8));
        var end64 = new byte[End64Bytes];
        if (at < 0 || at > endOffset - End64Bytes)
        {
            throw new InvalidInputException(source.Name, "the zip archive's 64-bit directory does not lie within the file");
        }

        await source.ReadAsync(at, end64, cancellationToken);
        return BinaryPrimitives.ReadUInt32LittleEndian(end64) == End64Signature
            ? (BinaryPrimitives.ReadInt64LittleEndian(end64.AsSpan(40)), BinaryPrimitives.ReadInt64LittleEndian(end64.AsSpan(48)))
            : throw new InvalidInputException(source.Name, "the zip archive's 64-bit directory is broken");
    }

    private static Dictionary<string, ZipEntry> Parse(string file, ReadOnlySpan<byte> directory)
    {
        var entries = new Dictionary<string, ZipEntry>(StringComparer.Ordinal);
        for (var rest = directory; !rest.IsEmpty;)
        {
            if (rest.Length < EntryBytes || BinaryPrimitives.ReadUInt32LittleEndian(rest) != EntrySignature)
            {
                throw new InvalidInputException(file, "the zip archive's directory is broken");
            }

            var nameBytes = BinaryPrimitives.ReadUInt16LittleEndian(rest[28..]);
            var extraBytes = BinaryPrimitives.ReadUInt16LittleEndian(rest[30..]);
            var size = EntryBytes + nameBytes + extraBytes + BinaryPrimitives.ReadUInt16LittleEndian(rest[32..]);
            if (size > rest.Length)
            {
                throw new InvalidInputException(file, "the zip archive's directory is broken");
            }

            var name = Encoding.UTF8.GetString(rest.Slice(EntryBytes, nameBytes));
            var entry = ParseEntry(file, name, rest[..EntryBytes], rest.Slice(EntryBytes + nameBytes, extraBytes));
            if (!entries.TryAdd(name, entry))
            {
                throw new InvalidInputException($"{file}, entry '{name}'", "stands twice in the zip archive");
            }

            rest = rest[size..];
        }

        return entries;
    }

    private static ZipEntry ParseEntry(string file, string name, ReadOnlySpan<byte> fixedPart, ReadOnlySpan<byte> extra)
    {
        if ((BinaryPrimitives.ReadUInt16LittleEndian(fixedPart[8..]) & 1) != 0)
        {
            throw new InvalidInputException($"{file}, entry '{name}'", "is encrypted in the zip archive");
        }

        var wide = Find64(extra);
        var length = Wide(file, fixedPart[24..], ref wide);
        var compressed = Wide(file, fixedPart[20..], ref wide);
        var offset = Wide(file, fixedPart[42..], ref wide);
        return new ZipEntry(name, BinaryPrimitives.ReadUInt16LittleEndian(fixedPart[10..]), compressed, length, offset);
    }

    private static ReadOnlySpan<byte> Find64(ReadOnlySpan<byte> extra)
    {
        while (extra.Length >= 4)
        {
            var size = Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]), extra.Length - 4);
            if (BinaryPrimitives.ReadUInt16LittleEndian(extra) == 1)
            {
                return extra.Slice(4, size);
            }

            extra = extra[(4 + size)..];
        }

        return [];
    }

    private static long Wide(string file, ReadOnlySpan<byte> narrow, ref ReadOnlySpan<byte> wide)
    {
        var number = BinaryPrimitives.ReadUInt32LittleEndian(narrow);
        if (number != uint.MaxValue || wide.Length < sizeof(long))
        {
            return number;
        }

        var value = BinaryPrimitives.ReadInt64LittleEndian(wide);
        wide = wide[sizeof(long)..];
        return value >= 0 ? value : throw new InvalidInputException(file, "the zip archive's directory has a negative size");
    }
}
