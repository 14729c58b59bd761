using System.Buffers.Binary;
using AeServerless.Engine;

namespace AeServerless.Formats.Arrow;

/// <summary>A FlatBuffer, which holds Arrow's metadata. Every place that it names is checked to lie within it.</summary>
/// <param name="bytes">The buffer.</param>
/// <param name="subject">What messages call the file.</param>
internal sealed class FlatBuffer(byte[] bytes, string subject)
{
    public FlatTable Root => new(this, Follow(0));

    public byte Byte(int at) => Slice(at, sizeof(byte))[0];

    public short Int16(int at) => BinaryPrimitives.ReadInt16LittleEndian(Slice(at, sizeof(short)));

    public int Int32(int at) => BinaryPrimitives.ReadInt32LittleEndian(Slice(at, sizeof(int)));

    public long Int64(int at) => BinaryPrimitives.ReadInt64LittleEndian(Slice(at, sizeof(long)));

    /// <summary>The place that the offset at a place leads to.</summary>
    public int Follow(int at) => Offset(at, BinaryPrimitives.ReadUInt32LittleEndian(Slice(at, sizeof(uint))));

    /// <summary>A place some bytes behind another.</summary>
    public int Offset(int at, long bytesFurther) => at + bytesFurther is >= 0 and var to && to <= bytes.Length ? (int)to : throw Broken();

    public ReadOnlySpan<byte> Slice(int at, int count) =>
        at >= 0 && count >= 0 && at <= bytes.Length - count ? bytes.AsSpan(at, count) : throw Broken();

    public InvalidInputException Broken() => new(subject, "is damaged: its Arrow metadata lead to places outside of them");
}
