using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace AeServerless.Exports.Latents;

/// <summary>
/// A value on its way to its latent: latent and token I32, row I64, a bit for each scalar that has a value, and the values F32.
/// </summary>
internal static class SpillRecord
{
    private const int TokenAt = 4;
    private const int RowAt = 8;
    private const int PresentAt = 16;
    private const int ValuesAt = 20;

    public static int Bytes(int scalars) => ValuesAt + (scalars * sizeof(float));

    public static void Write(Span<byte> record, int latent, long row, int token, uint present, ReadOnlySpan<float> values)
    {
        BinaryPrimitives.WriteInt32LittleEndian(record, latent);
        BinaryPrimitives.WriteInt32LittleEndian(record[TokenAt..], token);
        BinaryPrimitives.WriteInt64LittleEndian(record[RowAt..], row);
        BinaryPrimitives.WriteUInt32LittleEndian(record[PresentAt..], present);
        MemoryMarshal.AsBytes(values).CopyTo(record[ValuesAt..]);
    }

    public static int Latent(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadInt32LittleEndian(record);

    public static int Token(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadInt32LittleEndian(record[TokenAt..]);

    public static long Row(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadInt64LittleEndian(record[RowAt..]);

    public static uint Present(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadUInt32LittleEndian(record[PresentAt..]);

    public static float Value(ReadOnlySpan<byte> record, int scalar) =>
        BinaryPrimitives.ReadSingleLittleEndian(record[(ValuesAt + (scalar * sizeof(float)))..]);
}
