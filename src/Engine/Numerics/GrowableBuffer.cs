namespace AeServerless.Engine.Numerics;

/// <summary>Buffers that are kept from tile to tile.</summary>
internal static class GrowableBuffer
{
    /// <summary>Makes a buffer long enough; its content is then lost.</summary>
    public static void Grow<T>(ref T[] buffer, int length)
    {
        if (buffer.Length < length)
        {
            buffer = new T[Math.Max(length, buffer.Length + (buffer.Length / 2))];
        }
    }
}
