using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace AeServerless.Engine.Numerics;

/// <summary>
/// Matrix products into a given tensor, through libtorch's stable C interface (the one that ahead-of-time compiled models use): TorchSharp
/// has no integer product, and its own calls make a managed object each.
/// </summary>
internal static unsafe class TorchProducts
{
    private static readonly delegate* unmanaged<nint, nint, nint, int> FloatProduct = Find("aoti_torch_cpu_mm_out");
    private static readonly delegate* unmanaged<nint, nint, nint, int> IntegerProduct = Find("aoti_torch_cpu__int_mm_out");
    private static readonly delegate* unmanaged<int, int> ThreadsOfMkl = (delegate* unmanaged<int, int>)Symbol("MKL_Set_Num_Threads_Local");

    /// <summary>Whether int8 products can be had.</summary>
    public static bool HasInteger => IntegerProduct != null;

    /// <summary>into = left · right. All on the CPU; int8 into int32, or all of one floating type.</summary>
    public static void Multiply(Tensor into, Tensor left, Tensor right)
    {
        var product = into.dtype == ScalarType.Int32 ? IntegerProduct : FloatProduct;
        if (product == null)
        {
            into.addmm_(left, right, beta: 0, alpha: 1);
        }
        else if (product(into.Handle, left.Handle, right.Handle) != 0)
        {
            throw new InvalidOperationException($"torch could not multiply {left} by {right} into {into}.");
        }
    }

    /// <summary>Makes torch run all further operators of the calling thread on that thread alone.</summary>
    public static void UseThisThreadAlone()
    {
        // Asked first: a thread takes torch's default over when it first asks, and would do so in the middle of its work.
        _ = get_num_threads();
        set_num_threads(1);

        // MKL, where libtorch has it, keeps its own thread count: one for the process, unless a thread sets its own.
        if (ThreadsOfMkl != null)
        {
            _ = ThreadsOfMkl(1);
        }
    }

    private static delegate* unmanaged<nint, nint, nint, int> Find(string name) => (delegate* unmanaged<nint, nint, nint, int>)Symbol(name);

    private static nint Symbol(string name)
    {
        // torch must be up first: it picks which copy of its libraries the process uses.
        _ = get_num_threads();
        return NativeLibrary.TryLoad("torch_cpu", typeof(torch).Assembly, null, out var library)
            && NativeLibrary.TryGetExport(library, name, out var symbol)
            ? symbol
            : 0;
    }
}
