using System.Runtime.InteropServices;

namespace AeServerless.Models.Weights;

/// <summary>
/// What libtorch frees stays with the allocator of the C library, more than a hundred megabytes for each thread that ran a model, and what
/// other threads need does not come from there.
/// </summary>
internal static class NativeHeap
{
    // glibc's alone; others keep less.
    private static readonly Trim? MallocTrim =
        OperatingSystem.IsLinux()
        && NativeLibrary.TryLoad("libc.so.6", out var library)
        && NativeLibrary.TryGetExport(library, "malloc_trim", out var address)
            ? Marshal.GetDelegateForFunctionPointer<Trim>(address)
            : null;

    private delegate int Trim(nuint kept);

    /// <summary>
    /// Gives what is free back to the system. It takes a tenth of a second, and as much again until it is there again: not for every chunk.
    /// </summary>
    public static void GiveBack() => MallocTrim?.Invoke(0);
}
