using System.Buffers.Binary;
using AeServerless.Engine;
using AeServerless.Engine.IO;

namespace AeServerless.Formats.Files;

/// <summary>
/// A zip archive whose entries are read by ranges, which System.IO.Compression's archives don't offer: a checkpoint of gigabytes is never
/// held whole. Nothing is taken from the archive until an entry is opened.
/// </summary>
internal sealed class ZipFile
{
    private const int Stored = 0;
    private const int Deflated = 8;
    private const uint LocalSignature = 0x04034b50;
    private const int LocalBytes = 30;

    // No deflated byte yields more than this many.
    private const long MostInflation = 1032;

    private readonly IByteSource _source;

    private ZipFile(IByteSource source, Dictionary<string, ZipEntry> entries)
    {
        _source = source;
        Entries = entries;
    }

    public IReadOnlyDictionary<string, ZipEntry> Entries { get; }

    /// <summary>Whether the source starts as zip archives do.</summary>
    public static async Task<bool> IsZipAsync(IByteSource source, CancellationToken cancellationToken)
    {
        if (source.Length < sizeof(uint))
        {
            return false;
        }

        var head = new byte[sizeof(uint)];
        await source.ReadAsync(0, head, cancellationToken);
        return BinaryPrimitives.ReadUInt32LittleEndian(head) is LocalSignature or ZipDirectory.EndSignature;
    }

    public static async Task<ZipFile> OpenAsync(IByteSource source, CancellationToken cancellationToken) =>
        new(source, await ZipDirectory.ReadAsync(source, cancellationToken));

    /// <summary>The content of an entry.</summary>
    public async Task<IByteSource> OpenEntryAsync(ZipEntry entry, CancellationToken cancellationToken)
    {
        var name = $"{_source.Name}, entry '{entry.Name}'";
        if (entry.HeaderOffset > _source.Length - LocalBytes)
        {
            throw new InvalidInputException(name, "lies outside of the zip archive");
        }

        var header = new byte[LocalBytes];
        await _source.ReadAsync(entry.HeaderOffset, header, cancellationToken);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != LocalSignature)
        {
            throw new InvalidInputException(name, "the zip archive has no file where its directory says");
        }

        var nameBytes = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(26));
        var extraBytes = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(28));
        var start = entry.HeaderOffset + LocalBytes + nameBytes + extraBytes;
        if (start > _source.Length || entry.CompressedLength > _source.Length - start)
        {
            throw new InvalidInputException(name, "lies outside of the zip archive");
        }

        var content = new SliceByteSource(name, _source, start, entry.CompressedLength);
        return entry.Method switch
        {
            Stored when entry.CompressedLength == entry.Length => content,
            Stored => throw new InvalidInputException(name, "is stored, but its two sizes in the zip archive differ"),
            Deflated when entry.Length / MostInflation <= entry.CompressedLength => new InflatedByteSource(content, entry.Length),
            Deflated => throw new InvalidInputException(
                name,
                $"its size is said to be {entry.Length} bytes, more than {entry.CompressedLength} deflated bytes can hold"),
            _ => throw new InvalidInputException(name, $"zip compression method {entry.Method} is not supported; stored and deflated are"),
        };
    }

    /// <summary>All bytes of a small entry.</summary>
    public async Task<byte[]> ReadEntryAsync(ZipEntry entry, int most, CancellationToken cancellationToken)
    {
        if (entry.Length > most)
        {
            throw new InvalidInputException(
                $"{_source.Name}, entry '{entry.Name}'",
                $"has a size of {entry.Length} bytes; at most {most} are read");
        }

        var content = await OpenEntryAsync(entry, cancellationToken);
        using var held = content as IDisposable;
        var bytes = new byte[entry.Length];
        await content.ReadAsync(0, bytes, cancellationToken);
        return bytes;
    }
}
