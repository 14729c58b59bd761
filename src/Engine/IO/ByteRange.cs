using System.Globalization;

namespace AeServerless.Engine.IO;

internal static class ByteRange
{
    /// <summary>Throws unless the range lies within the source.</summary>
    public static void ThrowIfOutside(IByteSource source, long offset, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        if (offset > source.Length || length > source.Length - offset)
        {
            throw Truncated(source.Name, offset, length, source.Length);
        }
    }

    public static InvalidInputException Truncated(string name, long offset, long length, long available) => new(name, string.Create(
        CultureInfo.InvariantCulture, $"is truncated: {length} bytes at offset {offset} are needed, the file has {available} bytes"));
}
