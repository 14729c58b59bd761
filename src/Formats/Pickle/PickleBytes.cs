using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;
using AeServerless.Engine;

namespace AeServerless.Formats.Pickle;

/// <summary>The bytes of a pickle, taken from front to back.</summary>
internal sealed class PickleBytes(string file, ReadOnlyMemory<byte> bytes)
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    public int Position { get; private set; }

    public byte Byte() => Take(1)[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public double Double() => BinaryPrimitives.ReadDoubleBigEndian(Take(8));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    public string Text(ulong length)
    {
        try
        {
            return Strict.GetString(Take(length));
        }
        catch (DecoderFallbackException)
        {
            throw new InvalidInputException(file, "its pickle has a text that is not valid UTF-8");
        }
    }

    /// <summary>A whole number: <see cref="long"/>, or <see cref="BigInteger"/> where it is larger.</summary>
    public object Long(uint length)
    {
        // Longer ones than this are no sizes, and only cost time.
        const uint Most = 64;
        if (length > Most)
        {
            throw new InvalidInputException(file, $"its pickle has a whole number of {length} bytes; at most {Most} are read");
        }

        var number = new BigInteger(Take(length));
        return number >= long.MinValue && number <= long.MaxValue ? (long)number : number;
    }

    public string Line()
    {
        var rest = bytes.Span[Position..];
        var end = rest.IndexOf((byte)'\n');
        if (end < 0)
        {
            throw new PickleEndException();
        }

        Position += end + 1;
        return Encoding.Latin1.GetString(rest[..end]);
    }

    public long WholeLine()
    {
        var line = Line();
        return long.TryParse(line.TrimEnd('L'), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new InvalidInputException(file, "its pickle has a broken whole number");
    }

    public ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)(bytes.Length - Position))
        {
            throw new PickleEndException();
        }

        var taken = bytes.Span.Slice(Position, (int)length);
        Position += taken.Length;
        return taken;
    }
}
