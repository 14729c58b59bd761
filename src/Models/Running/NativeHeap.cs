using System.Runtime.InteropServices;

namespace AeServerless.Models.Running;

/// <summary>
/// What libtorch frees stays with the allocator of the C library, for each thread that ran a model more than a hundred megabytes, and those
/// of a chunk's threads are not there for what comes after it.
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

    /// <summary>Gives what is free back to the system. It takes a tenth of a second.</summary>
    public static void GiveBack() => MallocTrim?.Invoke(0);
}
