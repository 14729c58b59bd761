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
        if (Count + values.Length > _values.Length)
        {
            Grow(Count + values.Length);
        }

        values.CopyTo(_values.AsSpan(Count));
        Count += values.Length;
    }

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
