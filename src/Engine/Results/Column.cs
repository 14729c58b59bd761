using AeServerless.Engine.IO;

namespace AeServerless.Engine.Results;

/// <summary>A tensor that grows while it is filled, in borrowed memory.</summary>
internal sealed class Column<T> : IDisposable
    where T : unmanaged
{
    private const int FirstLength = 1 << 12;

    private T[] _values = LargeArrays<T>.Pool.Rent(FirstLength);

    public int Count { get; private set; }

    public Memory<T> Values => _values.AsMemory(0, Count);

    public Span<T> Span => _values.AsSpan(0, Count);

    public void Add(T value)
    {
        if (Count == _values.Length)
        {
            Grow(Count + 1);
        }

        _values[Count++] = value;
    }

    public void Add(ReadOnlySpan<T> values)
    {
        values.CopyTo(GetSpan(values.Length));
        Advance(values.Length);
    }

    /// <summary>Room for <paramref name="length"/> values after the last one; they count once <see cref="Advance"/> is called.</summary>
    public Span<T> GetSpan(int length)
    {
        if (Count + length > _values.Length)
        {
            Grow(Count + length);
        }

        return _values.AsSpan(Count, length);
    }

    public void Advance(int count) => Count += count;

    public void Dispose()
    {
        LargeArrays<T>.Pool.Return(_values);
        (_values, Count) = ([], 0);
    }

    private void Grow(int length)
    {
        var grown = LargeArrays<T>.Pool.Rent(Math.Max(length, 2 * _values.Length));
        Span.CopyTo(grown);
        LargeArrays<T>.Pool.Return(_values);
        _values = grown;
    }
}
