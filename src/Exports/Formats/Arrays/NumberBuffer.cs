using System.Runtime.InteropServices;

namespace AeServerless.Exports.Formats.Arrays;

/// <summary>Writes numbers to a stream, many at a time.</summary>
/// <typeparam name="T">Type of the numbers.</typeparam>
internal sealed class NumberBuffer<T>(Stream stream)
    where T : unmanaged
{
    private readonly T[] _block = new T[1 << 15];
    private int _filled;

    public void Add(T number)
    {
        if (_filled == _block.Length)
        {
            Flush();
        }

        _block[_filled++] = number;
    }

    public void Flush()
    {
        stream.Write(MemoryMarshal.AsBytes(_block.AsSpan(0, _filled)));
        _filled = 0;
    }
}
