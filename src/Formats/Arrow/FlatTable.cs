using System.Text;

namespace AeServerless.Formats.Arrow;

/// <summary>A table of a FlatBuffer: fields by number, any of which can be absent.</summary>
/// <param name="Buffer">The buffer.</param>
/// <param name="Position">Where the table begins.</param>
internal readonly record struct FlatTable(FlatBuffer Buffer, int Position)
{
    private const int VectorHeader = sizeof(int);

    public byte Byte(int field) => Find(field) is { } at ? Buffer.Byte(at) : (byte)0;

    public short Int16(int field) => Find(field) is { } at ? Buffer.Int16(at) : (short)0;

    public int Int32(int field) => Find(field) is { } at ? Buffer.Int32(at) : 0;

    public long Int64(int field) => Find(field) is { } at ? Buffer.Int64(at) : 0;

    public FlatTable? Table(int field) => Find(field) is { } at ? new FlatTable(Buffer, Buffer.Follow(at)) : null;

    public string Text(int field)
    {
        var (start, count) = Vector(field, sizeof(byte));
        return Encoding.UTF8.GetString(Buffer.Slice(start, count));
    }

    /// <summary>Where the entries of a vector begin, and how many there are; they have been checked to lie in the buffer.</summary>
    public (int Start, int Count) Vector(int field, int entryBytes)
    {
        if (Find(field) is not { } at)
        {
            return (0, 0);
        }

        var start = Buffer.Follow(at);
        var count = Buffer.Int32(start);
        if (count < 0 || Buffer.Offset(start + VectorHeader, (long)count * entryBytes) < start)
        {
            throw Buffer.Broken();
        }

        return (start + VectorHeader, count);
    }

    public IEnumerable<FlatTable> Tables(int field)
    {
        var (start, count) = Vector(field, sizeof(int));
        for (var i = 0; i < count; i++)
        {
            yield return new FlatTable(Buffer, Buffer.Follow(start + (i * sizeof(int))));
        }
    }

    private int? Find(int field)
    {
        var fields = Buffer.Offset(Position, -(long)Buffer.Int32(Position));
        var entry = sizeof(int) + (field * sizeof(short));
        var further = entry + sizeof(short) <= (ushort)Buffer.Int16(fields) ? (ushort)Buffer.Int16(fields + entry) : 0;
        return further == 0 ? null : Buffer.Offset(Position, further);
    }
}
