using System.Runtime.Intrinsics;

namespace AeServerless.Engine.Encoding.Integers;

/// <summary>The kernels that there are. .NET 10 has no instruction of AVX-512 VNNI: there torch's int8 product is taken.</summary>
internal static class IntegerKernels
{
    /// <summary>Every kernel, also those that this processor does not have.</summary>
    public static IReadOnlyList<IIntegerKernel> All { get; } =
    [
        new PanelKernel<Avx512Int16, Words512, Vector512<int>>(),
        new PanelKernel<Avx2Int16, Words256, Vector256<int>>(),
        new PanelKernel<PortableInt16, Words128, Vector128<int>>(),
        new PanelKernel<AvxVnniInt8, Words256, Vector256<int>>(),
        new PanelKernel<Avx2Int8, Words256, Vector256<int>>(),
        new PanelKernel<ArmInt8, Words128, Vector128<int>>(),
        new PanelKernel<PortableInt8, Words128, Vector128<int>>(),
    ];

    /// <summary>Those of this processor for elements of a width, the widest instructions first.</summary>
    /// <param name="elementBytes">1 for int8, 2 for int16.</param>
    public static IEnumerable<IIntegerKernel> Supported(int elementBytes) =>
        All.Where(kernel => kernel.IsSupported && kernel.ElementBytes == elementBytes);
}
