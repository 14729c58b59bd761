using System.Buffers.Binary;
using AeServerless.Engine;
using AeServerless.Engine.IO;

namespace AeServerless.Formats.Arrow;

/// <summary>A message of an Arrow stream or file.</summary>
/// <param name="Kind">What it is: <see cref="Schema"/>, <see cref="Batch"/> or another.</param>
/// <param name="Header">Its metadata.</param>
/// <param name="Body">Where its body begins in the file.</param>
/// <param name="BodyLength">Bytes of the body.</param>
internal sealed record ArrowMessage(byte Kind, FlatTable Header, long Body, long BodyLength)
{
    public const byte Schema = 1;
    public const byte Batch = 3;

    private const int Continuation = -1;
    private const int MostMetadata = 256 << 20;

    // Of format versions since 2017, whose layout of buffers is today's.
    private const short FirstVersion = 3;

    /// <summary>Where the next message begins.</summary>
    public long End => Body + BodyLength;

    /// <summary>Reads the message at a place.</summary>
    /// <returns>The message; <see langword="null"/> where the stream's end mark stands.</returns>
    /// <exception cref="InvalidInputException">The file is cut or damaged.</exception>
    public static async Task<ArrowMessage?> ReadAsync(IByteSource source, long at, CancellationToken cancellationToken)
    {
        var length = await Int32Async(source, at, cancellationToken);
        at += sizeof(int);
        if (length == Continuation)
        {
            length = await Int32Async(source, at, cancellationToken);
            at += sizeof(int);
        }

        if (length == 0)
        {
            return null;
        }

        if (length is < 0 or > MostMetadata)
        {
            throw new InvalidInputException(source.Name, "is damaged, or not an Arrow stream: a message in it has no proper length");
        }

        var metadata = new byte[Math.Min(length, Math.Max(0, source.Length - at))];
        Require(source, at, length);
        await source.ReadAsync(at, metadata, cancellationToken);
        var message = new FlatBuffer(metadata, source.Name).Root;
        if (message.Int16(0) < FirstVersion)
        {
            throw new InvalidInputException(source.Name, "is of a version of Arrow before 0.8; write it anew with a current one");
        }

        var bodyLength = message.Int64(3);
        if (bodyLength < 0 || message.Table(2) is not { } header)
        {
            throw message.Buffer.Broken();
        }

        Require(source, at + length, bodyLength);
        return new ArrowMessage(message.Byte(1), header, at + length, bodyLength);
    }

    private static async Task<int> Int32Async(IByteSource source, long at, CancellationToken cancellationToken)
    {
        Require(source, at, sizeof(int));
        var bytes = new byte[sizeof(int)];
        await source.ReadAsync(at, bytes, cancellationToken);
        return BinaryPrimitives.ReadInt32LittleEndian(bytes);
    }

    private static void Require(IByteSource source, long at, long length)
    {
        if (at < 0 || length > source.Length - at)
        {
            throw new InvalidInputException(
                source.Name,
                $"is truncated: an Arrow message goes on to byte {(Int128)at + length}, the file ends at {source.Length} without an end "
                    + "mark; what wrote it was cut, or the copy is not whole");
        }
    }
}
