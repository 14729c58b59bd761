using System.Runtime.InteropServices;

namespace AeServerless.Engine.Runtime;

/// <summary>
/// What libtorch frees stays with the allocator of the C library, more than a hundred megabytes for each thread that ran a model, and what
/// other threads need does not come from there.
/// </summary>
internal static class NativeHeap
{
    // Of malloc.h.
    private const int TrimThreshold = -1;
    private const int MapThreshold = -3;
    private const int MostArenas = -8;

    private const int LargeBytes = 16 << 20;
    private const int KeptBytes = 64 << 20;

    // glibc's alone; others keep less.
    private static readonly Trim? MallocTrim = Find<Trim>("malloc_trim");
    private static readonly Option? MallOpt = Find<Option>("mallopt");

    private delegate int Trim(nuint kept);

    private delegate int Option(int parameter, int value);

    /// <summary>
    /// Has the allocator keep less: threads share one arena for each processor in the place of eight, and what is large, as files of
    /// statistics are, is the system's again when it is freed. To be called before there are threads.
    /// </summary>
    public static void KeepLess()
    {
        MallOpt?.Invoke(MostArenas, Environment.ProcessorCount);
        MallOpt?.Invoke(MapThreshold, LargeBytes);
        MallOpt?.Invoke(TrimThreshold, KeptBytes);
    }

    /// <summary>
    /// Gives what is free back to the system. It takes a tenth of a second, and as much again until it is there again: not for every chunk.
    /// </summary>
    public static void GiveBack() => MallocTrim?.Invoke(0);

    private static T? Find<T>(string function)
        where T : Delegate =>
        OperatingSystem.IsLinux()
        && NativeLibrary.TryLoad("libc.so.6", out var library)
        && NativeLibrary.TryGetExport(library, function, out var address)
            ? Marshal.GetDelegateForFunctionPointer<T>(address)
            : null;
}
