using System.Buffers;

namespace AeServerless.Engine.IO;

/// <summary>
/// Arrays that are megabytes, or may grow to be, and wait to be used again: up to eight of a length, for the life of the process. .NET's
/// shared pool keeps some for each thread that ever returned one: with the many threads that take turns at uploads and merges that is
/// hundreds of unused megabytes.
/// </summary>
/// <typeparam name="T">Type of the elements.</typeparam>
public static class LargeArrays<T>
{
    private const int LongestArray = 1 << 28;
    private const int KeptOfEachLength = 8;

    /// <summary>The pool, for all threads.</summary>
    public static ArrayPool<T> Pool { get; } = ArrayPool<T>.Create(LongestArray, KeptOfEachLength);
}
