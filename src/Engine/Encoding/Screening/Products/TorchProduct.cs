using AeServerless.Engine.Numerics;
using static TorchSharp.torch;

namespace AeServerless.Engine.Encoding.Screening.Products;

/// <summary>Products by torch.</summary>
internal sealed unsafe class TorchProduct<TIn, TOut> : ScreenProduct<TIn, TOut>
    where TIn : unmanaged
    where TOut : unmanaged
{
    private readonly ProductSize _size;
    private readonly int _width; // padded
    private readonly ScalarType _input;
    private readonly ScalarType _output;
    private readonly Tensor _weights; // [latents, input]
    private readonly Tensor[] _blocks; // each [input, up to a block]
    private readonly TIn* _rows;

    public TorchProduct(ProductSize size, ScalarType input, ScalarType output)
    {
        // Whole vectors in each dimension, zeros after the last: some products of libtorch go wrong, or slow, where a dimension is one.
        (_size, _input, _output) = (size, input, output);
        _width = ProductSize.Padded(size.Input);
        _weights = zeros([ProductSize.Padded(size.Latents), _width], input).DetachFromDisposeScope();
        _rows = Pointer<TIn>(_weights);
        _blocks = [.. Enumerable.Range(0, size.Blocks).Select(Block)];
    }

    public override int LargestToken => sbyte.MaxValue;

    public override int LargestWeight => sbyte.MaxValue;

    public override int TokenBlock => 256;

    public override void Store(int latent, ReadOnlySpan<TIn> row) =>
        row.CopyTo(new Span<TIn>(_rows + ((nint)latent * _width), _size.Input));

    public override ScreenProductLane<TIn, TOut> CreateLane(int tokens) => new Lane(this, tokens);

    public override void Dispose()
    {
        foreach (var block in _blocks)
        {
            block.Dispose();
        }

        _weights.Dispose();
    }

    private static T* Pointer<T>(Tensor tensor)
        where T : unmanaged
    {
        // Torch's memory does not move. Of one element: a span can't be of all of a large tensor.
        using var scope = NewDisposeScope();
        fixed (byte* first = tensor.view(-1).narrow(0, 0, 1).bytes)
        {
            return (T*)first;
        }
    }

    private Tensor Block(int index)
    {
        using var scope = NewDisposeScope();
        return _weights.narrow(0, index * _size.Block, _size.LatentsOf(index)).t().DetachFromDisposeScope();
    }

    private sealed class Lane : ScreenProductLane<TIn, TOut>
    {
        private readonly TorchProduct<TIn, TOut> _product;
        private readonly Tensor _inputs; // [tokens, input]
        private readonly Tensor _output; // flat, for up to a block of tokens and one of latents
        private readonly Tensor _fullOutput;
        private readonly Tensor[] _fullInputs;
        private readonly TIn* _rows;
        private readonly TOut* _products;

        public Lane(TorchProduct<TIn, TOut> product, int tokens)
        {
            _product = product;
            var (together, latents) = (product.TokenBlock, product._size.Block);
            using var scope = NewDisposeScope();
            _inputs = zeros([ProductSize.Padded(tokens), product._width], product._input).DetachFromDisposeScope();
            _output = empty([together * latents], product._output).DetachFromDisposeScope();
            _fullOutput = OutputOf(together, latents);
            _fullInputs = [.. Enumerable.Range(0, tokens / together).Select(block => InputsOf(block * together, together))];
            _rows = Pointer<TIn>(_inputs);
            _products = Pointer<TOut>(_output);
        }

        public override Span<TIn> Row(int row) => new(_rows + ((nint)row * _product._width), _product._size.Input);

        public override TOut* Multiply(int block, int first, int rows)
        {
            var latents = _product._size.LatentsOf(block);
            if (rows == _product.TokenBlock && latents == _product._size.Block)
            {
                TorchProducts.Multiply(_fullOutput, _fullInputs[first / rows], _product._blocks[block]);
            }
            else
            {
                using var inputs = InputsOf(first, ProductSize.Padded(rows));
                using var output = OutputOf(ProductSize.Padded(rows), latents);
                TorchProducts.Multiply(output, inputs, _product._blocks[block]);
            }

            return _products;
        }

        public override void Dispose()
        {
            foreach (var inputs in _fullInputs)
            {
                inputs.Dispose();
            }

            _fullOutput.Dispose();
            _output.Dispose();
            _inputs.Dispose();
        }

        private Tensor InputsOf(int first, int count) => _inputs.narrow(0, first, count).DetachFromDisposeScope();

        private Tensor OutputOf(int tokens, int latents)
        {
            using var scope = NewDisposeScope();
            return _output.narrow(0, 0, (long)tokens * latents).view(tokens, latents).DetachFromDisposeScope();
        }
    }
}
