using AeServerless.Engine.Encoding.Integers;
using AeServerless.Engine.Encoding.Screening.Formats;
using AeServerless.Engine.Encoding.Screening.Products;
using AeServerless.Engine.Numerics;
using static TorchSharp.torch;

namespace AeServerless.Engine.Encoding.Screening;

/// <summary>The screens that this machine can make.</summary>
internal static class ScreenKinds
{
    private static readonly Lazy<IReadOnlyList<ScreenKind>> Kinds = new(Find);

    /// <summary>All of them, float32 among them.</summary>
    public static IReadOnlyList<ScreenKind> All => Kinds.Value;

    /// <summary>Those that fit rows of a width.</summary>
    public static IEnumerable<ScreenKind> For(int width) =>
        All.Where(kind => kind.Format != ScreeningFormat.Int8 || width <= Int8Format.MaxElements);

    private static List<ScreenKind> Find()
    {
        List<ScreenKind> kinds =
        [
            Torch<Float32Format, float, float>(ScreeningFormat.Float32, "float32, torch", 1),
        ];
        if (IsExact<BFloat16Format, ushort, ushort>(1))
        {
            kinds.Add(Torch<BFloat16Format, ushort, ushort>(ScreeningFormat.BFloat16, "bfloat16, torch", 0x3F80));
        }

        // 127 · 127 in every term saturates where a processor adds pairs in 16 bits.
        if (TorchProducts.HasInteger && IsExact<Int8Format, sbyte, int>(sbyte.MaxValue))
        {
            kinds.Add(Torch<Int8Format, sbyte, int>(ScreeningFormat.Int8, "int8, torch", sbyte.MaxValue));
        }

        foreach (var kernel in IntegerKernels.Supported(sizeof(sbyte)))
        {
            kinds.Add(new ScreenKind<Int8Format, sbyte, int>(
                ScreeningFormat.Int8, kernel.Name, size => new KernelProduct<sbyte>(size, kernel), 1, kernel.LargestToken));
        }

        foreach (var kernel in IntegerKernels.Supported(sizeof(short)))
        {
            kinds.Add(new ScreenKind<Int16Format, short, int>(
                ScreeningFormat.Int16, kernel.Name, size => new KernelProduct<short>(size, kernel), 1, kernel.LargestToken));
        }

        return kinds;
    }

    private static ScreenKind<TFormat, TIn, TOut> Torch<TFormat, TIn, TOut>(ScreeningFormat format, string product, TIn one)
        where TFormat : IScreenFormat<TIn, TOut>
        where TIn : unmanaged
        where TOut : unmanaged =>
        new(format, product, size => new TorchProduct<TIn, TOut>(size, TFormat.Input, TFormat.Output), one, sbyte.MaxValue);

    /// <summary>Whether torch sums such products without loss. Sums of ones in bfloat16 would stop at 256.</summary>
    private static bool IsExact<TFormat, TIn, TOut>(float element)
        where TFormat : IScreenFormat<TIn, TOut>
        where TIn : unmanaged
        where TOut : unmanaged => ThreadTeam.RunOnSingleTorchThread(() =>
        {
            const int Tokens = 32, Width = 512, Latents = 128;
            using var scope = NewDisposeScope();
            var left = tensor([element]).repeat(Tokens, Width).to(TFormat.Input);
            var right = tensor([element]).repeat(Latents, Width).to(TFormat.Input).t();
            var product = empty([Tokens, Latents], TFormat.Output);
            TorchProducts.Multiply(product, left, right);
            return product.to(ScalarType.Float32).eq(tensor([element * element * Width])).all().item<bool>();
        });
}
