namespace AeServerless.Engine.Encoding.Integers;

/// <summary>The kernels that there are. .NET 10 has no instruction of AVX-512 VNNI: there torch's int8 product is taken.</summary>
internal static class IntegerKernels
{
    /// <summary>Every kernel, also those that this processor does not have.</summary>
    public static IReadOnlyList<IIntegerKernel> All { get; } =
    [
        new Kernel512<Avx512Int16>(),
        new Kernel256<Avx2Int16>(),
        new Kernel128<PortableInt16>(),
        new Kernel256<AvxVnniInt8>(),
        new Kernel256<Avx2Int8>(),
        new Kernel128<ArmInt8>(),
        new Kernel128<PortableInt8>(),
    ];

    /// <summary>Those of this processor for elements of a width, the widest instructions first.</summary>
    /// <param name="elementBytes">1 for int8, 2 for int16.</param>
    public static IEnumerable<IIntegerKernel> Supported(int elementBytes) =>
        All.Where(kernel => kernel.IsSupported && kernel.ElementBytes == elementBytes);
}
