using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Numerics;
using static TorchSharp.torch;

namespace AeServerless.Engine.Encoding.Screening;

/// <summary>A screen by matrix products in one format, on the CPU.</summary>
internal sealed unsafe class ProductScreen<TFormat, TIn, TOut> : Screen
    where TFormat : IScreenFormat<TIn, TOut>
    where TIn : unmanaged
    where TOut : unmanaged
{
    private const int TokenBlock = 256;

    private readonly int _width; // padded
    private readonly int _latents; // padded
    private readonly Rotation _rotation;
    private readonly Tensor _weights; // [latents, input]
    private readonly Tensor[] _blocks; // each [input, up to LatentBlock]

    public ProductScreen(Autoencoder autoencoder)
        : base(autoencoder)
    {
        // Whole vectors in each dimension, zeros after the last: some products of libtorch go wrong, or slow, where a dimension is one.
        _width = Padded(autoencoder.InputSize);
        _latents = Padded(autoencoder.LatentCount);
        var width = _width;
        _rotation = TFormat.Rotates ? new Rotation(autoencoder.InputSize) : new Rotation(1);
        _weights = zeros([_latents, width], TFormat.Input).DetachFromDisposeScope();
        var weights = (nint)Pointer<TIn>(_weights);

        // Not by the engine's threads, which may be the ones that wait for it.
        Parallel.For(0, autoencoder.LatentCount, () => new float[2 * autoencoder.InputSize], (latent, _, scratch) =>
        {
            var into = new Span<TIn>((TIn*)weights + ((nint)latent * width), autoencoder.InputSize);
            var row = autoencoder.EncoderRow(latent);
            var (scale, residual) = Round(row, FixedOrder.SquaredNorm(row) < Huge * Huge, into, scratch);
            WeightScale[latent] = scale;
            WeightResidual[latent] = ToFloat(Math.Max(residual * Slack, 1.2e-38));
            return scratch;
        }, static _ => { });
        _blocks = [.. Enumerable.Range(0, (_latents + LatentBlock - 1) / LatentBlock).Select(Block)];
    }

    public override ScreenLane CreateLane(int tokens) => new Lane(this, tokens);

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
        var first = index * LatentBlock;
        return _weights.narrow(0, first, Math.Min(LatentBlock, _latents - first)).t().DetachFromDisposeScope();
    }

    /// <summary>Rotates and rounds a row; a row that might overflow becomes zeros, all of it residual. Scratch: two rows.</summary>
    /// <returns>The scale, and ‖row − rounded‖ measured in the row's own unit.</returns>
    private (float Scale, double Residual) Round(ReadOnlySpan<float> row, bool bounded, Span<TIn> into, Span<float> scratch)
    {
        var rotated = scratch[..row.Length];
        row.CopyTo(rotated);
        if (!bounded)
        {
            into.Clear();
            return (0, Math.Sqrt(FixedOrder.SquaredNorm(row)));
        }

        _rotation.Apply(rotated);
        var scale = TFormat.Round(rotated, into);
        var values = scratch[row.Length..];
        TFormat.Widen(into, values);
        return (scale, Math.Sqrt(FixedOrder.SquaredDistance(rotated, scale, values) / _rotation.Block));
    }

    private sealed class Lane : ScreenLane
    {
        private readonly ProductScreen<TFormat, TIn, TOut> _screen;
        private readonly int _width;
        private readonly Tensor _inputs; // [tokens, input]
        private readonly Tensor _output; // flat, for up to [TokenBlock, LatentBlock]
        private readonly Tensor _fullOutput;
        private readonly Tensor[] _fullInputs;
        private readonly TIn* _rounded;
        private readonly TOut* _products;
        private readonly float[] _scratch;
        private readonly RowBound[] _bounds;
        private readonly bool[] _skipped;

        public Lane(ProductScreen<TFormat, TIn, TOut> screen, int tokens)
        {
            _screen = screen;
            _width = screen._width;
            _scratch = new float[2 * screen.Autoencoder.InputSize];
            _bounds = new RowBound[tokens];
            _skipped = new bool[tokens];
            using var scope = NewDisposeScope();
            _inputs = zeros([Padded(tokens), _width], TFormat.Input).DetachFromDisposeScope();

            _output = empty([TokenBlock * LatentBlock], TFormat.Output).DetachFromDisposeScope();
            _fullOutput = OutputOf(TokenBlock, LatentBlock);
            _fullInputs = [.. Enumerable.Range(0, tokens / TokenBlock).Select(block => InputsOf(block * TokenBlock, TokenBlock))];
            _rounded = Pointer<TIn>(_inputs);
            _products = Pointer<TOut>(_output);
        }

        public override void Load(int row, ReadOnlySpan<float> centred, double norm)
        {
            var into = new Span<TIn>(_rounded + ((nint)row * _width), centred.Length);
            var (scale, residual) = _screen.Round(centred, norm < Huge, into, _scratch);
            var rotation = _screen._rotation;
            _bounds[row] = _screen.Bound(norm, residual, scale / rotation.Block, TFormat.Roundings(centred.Length) + (2 * rotation.Stages));
            _skipped[row] = false;
        }

        public override void Skip(int row)
        {
            new Span<TIn>(_rounded + ((nint)row * _width), _width).Clear();
            _skipped[row] = true;
        }

        public override void Collect(int rows, Candidates candidates)
        {
            for (var block = 0; block < _screen._blocks.Length; block++)
            {
                for (var first = 0; first < rows; first += TokenBlock)
                {
                    CollectBlock(block, first, Math.Min(TokenBlock, rows - first), candidates);
                }
            }

            candidates.DropBelowFloors();
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

        private void CollectBlock(int block, int first, int rows, Candidates candidates)
        {
            var weights = _screen._blocks[block];
            var latents = Math.Min(LatentBlock, _screen._latents - (block * LatentBlock));
            if (rows == TokenBlock && latents == LatentBlock)
            {
                TorchProducts.Multiply(_fullOutput, _fullInputs[first / TokenBlock], weights);
            }
            else
            {
                using var inputs = InputsOf(first, Padded(rows));
                using var output = OutputOf(Padded(rows), latents);
                TorchProducts.Multiply(output, inputs, weights);
            }

            candidates.Reserve(rows * 64);
            for (var row = 0; row < rows; row++)
            {
                candidates.Reserve(latents);
                if (_skipped[first + row])
                {
                    continue;
                }

                ref readonly var bound = ref _bounds[first + row];
                if (bound.Unbounded)
                {
                    AddAll(first + row, block * LatentBlock, _screen.Autoencoder.LatentCount, candidates);
                }
                else
                {
                    ScanKernel.Scan<TFormat, TIn, TOut>(
                        _screen, first + row, block * LatentBlock, latents, ref _products[row * latents], bound, candidates);
                }
            }
        }

        private static void AddAll(int row, int firstLatent, int latentCount, Candidates candidates)
        {
            for (var latent = firstLatent; latent < Math.Min(firstLatent + LatentBlock, latentCount); latent++)
            {
                if (candidates.TopK)
                {
                    candidates.Add(row, latent, float.NegativeInfinity, float.PositiveInfinity);
                }
                else
                {
                    candidates.Add(row, latent);
                }
            }
        }
    }
}
