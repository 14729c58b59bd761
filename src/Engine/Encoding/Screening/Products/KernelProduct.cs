using System.Runtime.InteropServices;
using AeServerless.Engine.Encoding.Integers;

namespace AeServerless.Engine.Encoding.Screening.Products;

/// <summary>Products by one of the engine's own integer kernels, weights packed in its panels.</summary>
internal sealed unsafe class KernelProduct<TIn> : ScreenProduct<TIn, int>
    where TIn : unmanaged
{
    private readonly ProductSize _size;
    private readonly IIntegerKernel _kernel;
    private readonly int _words; // of a row
    private readonly NativeArray _panels; // [panels, words, 16]
    private readonly NativeArray _starts; // [latents]

    public KernelProduct(ProductSize size, IIntegerKernel kernel)
    {
        (_size, _kernel) = (size, kernel);
        const int Bytes = IIntegerKernel.WordsTogether * sizeof(int);
        _words = (int)((((long)size.Input * kernel.ElementBytes) + Bytes - 1) / Bytes * IIntegerKernel.WordsTogether);
        var latents = ProductSize.Padded(size.Latents);
        _panels = new NativeArray((nint)latents * _words);
        _starts = new NativeArray(latents);
    }

    public override int LargestToken => _kernel.LargestToken;

    public override int LargestWeight => _kernel.ElementBytes == 1 ? sbyte.MaxValue : short.MaxValue;

    public override int TokenBlock => 128;

    public override void Store(int latent, ReadOnlySpan<TIn> row)
    {
        var bytes = MemoryMarshal.AsBytes(row);
        var panel = _panels.First + ((nint)(latent / IIntegerKernel.PanelLatents) * _words * IIntegerKernel.PanelLatents);
        var to = panel + (latent % IIntegerKernel.PanelLatents);
        var words = MemoryMarshal.Cast<byte, int>(bytes);
        for (var word = 0; word < words.Length; word++)
        {
            to[(nint)word * IIntegerKernel.PanelLatents] = words[word];
        }

        var tail = bytes[(words.Length * sizeof(int))..];
        if (!tail.IsEmpty)
        {
            var last = 0;
            tail.CopyTo(MemoryMarshal.AsBytes(new Span<int>(ref last)));
            to[(nint)words.Length * IIntegerKernel.PanelLatents] = last;
        }

        _starts.First[latent] = -_kernel.TokenOffset * SumOf(bytes);
    }

    public override ScreenProductLane<TIn, int> CreateLane(int tokens) => new Lane(this, tokens);

    public override void Dispose()
    {
        _panels.Dispose();
        _starts.Dispose();
    }

    /// <summary>What the offset of int8 tokens is multiplied by; int16 have none.</summary>
    private int SumOf(ReadOnlySpan<byte> row)
    {
        var sum = 0;
        foreach (var element in _kernel.TokenOffset == 0 ? [] : MemoryMarshal.Cast<byte, sbyte>(row))
        {
            sum += element;
        }

        return sum;
    }

    private sealed class Lane(KernelProduct<TIn> product, int tokens) : ScreenProductLane<TIn, int>
    {
        private readonly NativeArray _tokens = new((nint)ProductSize.Padded(tokens) * product._words);
        private readonly NativeArray _sums = new(product.TokenBlock * product._size.Block);

        public override Span<TIn> Row(int row) => new(_tokens.First + ((nint)row * product._words), product._size.Input);

        public override void Complete(int row)
        {
            if (product._kernel.TokenOffset == 0)
            {
                return;
            }

            foreach (ref var element in MemoryMarshal.AsBytes(Row(row)))
            {
                element = unchecked((byte)(element + product._kernel.TokenOffset));
            }
        }

        public override int* Multiply(int block, int first, int rows)
        {
            var (words, latent) = (product._words, block * product._size.Block);
            product._kernel.Multiply(
                _tokens.First + ((nint)first * words),
                (rows + IIntegerKernel.TokensTogether - 1) / IIntegerKernel.TokensTogether * IIntegerKernel.TokensTogether,
                product._panels.First + ((nint)latent * words),
                product._size.LatentsOf(block) / IIntegerKernel.PanelLatents,
                words,
                product._starts.First + latent,
                _sums.First);
            return _sums.First;
        }

        public override void Dispose()
        {
            _tokens.Dispose();
            _sums.Dispose();
        }
    }
}
