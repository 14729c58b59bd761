using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Encoding.Screening.Formats;
using AeServerless.Engine.Encoding.Screening.Products;
using AeServerless.Engine.Numerics;

namespace AeServerless.Engine.Encoding.Screening;

/// <summary>A screen by matrix products in one format, on the CPU.</summary>
internal sealed class ProductScreen<TFormat, TIn, TOut> : Screen
    where TFormat : IScreenFormat<TIn, TOut>
    where TIn : unmanaged
    where TOut : unmanaged
{
    private readonly Rotation _rotation;
    private readonly ScreenProduct<TIn, TOut> _product;

    /// <param name="autoencoder">Whose encoder.</param>
    /// <param name="productOf">Makes what multiplies; the screen disposes it.</param>
    public ProductScreen(Autoencoder autoencoder, Func<ProductSize, ScreenProduct<TIn, TOut>> productOf)
        : base(autoencoder)
    {
        _product = productOf(new ProductSize(autoencoder.InputSize, autoencoder.LatentCount, LatentBlock));
        _rotation = TFormat.Rotates ? new Rotation(autoencoder.InputSize) : new Rotation(1);

        // Not by the engine's threads, which may be the ones that wait for it.
        Parallel.For(
            0, autoencoder.LatentCount, () => (Scratch: new float[2 * autoencoder.InputSize], Rounded: new TIn[autoencoder.InputSize]),
            (latent, _, buffers) =>
            {
                var row = autoencoder.EncoderRow(latent);
                row.CopyTo(buffers.Scratch);
                var (scale, residual) = Round(
                    buffers.Scratch, FixedOrder.SquaredNorm(row) < Huge * Huge, buffers.Rounded, _product.LargestWeight);
                _product.Store(latent, buffers.Rounded);
                WeightScale[latent] = scale;
                WeightResidual[latent] = ToFloat(Math.Max(residual * Slack, 1.2e-38));
                return buffers;
            },
            static _ => { });
    }

    public override double Coarseness =>
        TFormat.Coarseness(Autoencoder.InputSize, _product.LargestToken)
        + TFormat.Coarseness(Autoencoder.InputSize, _product.LargestWeight);

    public override ScreenLane CreateLane(int tokens) => new Lane(this, tokens);

    public override void Dispose() => _product.Dispose();

    /// <summary>Rotates and rounds a row; a row that might overflow becomes zeros, all of it residual. Scratch: two rows.</summary>
    /// <returns>The scale, and ‖row − rounded‖ measured in the row's own unit.</returns>
    private (float Scale, double Residual) Round(Span<float> scratch, bool bounded, Span<TIn> into, int largest)
    {
        var row = scratch[..into.Length];
        if (!bounded)
        {
            into.Clear();
            return (0, Math.Sqrt(FixedOrder.SquaredNorm(row)));
        }

        _rotation.Apply(row);
        var scale = TFormat.Round(row, into, largest);
        var values = scratch[into.Length..];
        TFormat.Widen(into, values);
        return (scale, Math.Sqrt(FixedOrder.SquaredDistance(row, scale, values) / _rotation.Block));
    }

    private sealed unsafe class Lane : ScreenLane
    {
        private readonly ProductScreen<TFormat, TIn, TOut> _screen;
        private readonly ScreenProductLane<TIn, TOut> _product;
        private readonly float[] _scratch;
        private readonly RowBound[] _bounds;
        private readonly bool[] _skipped;
        private readonly ColumnsApart? _apart;
        private readonly float[] _elementsApart; // [tokens, columns apart]
        private readonly int _paddedLatents;

        public Lane(ProductScreen<TFormat, TIn, TOut> screen, int tokens)
        {
            _screen = screen;
            _product = screen._product.CreateLane(tokens);
            _scratch = new float[2 * screen.Autoencoder.InputSize];
            _bounds = new RowBound[tokens];
            _skipped = new bool[tokens];
            _apart = TFormat.SetsColumnsApart ? new ColumnsApart(screen.Autoencoder) : null;
            _elementsApart = new float[_apart is null ? 0 : tokens * ColumnsApart.Most];
            _paddedLatents = Padded(screen.Autoencoder.LatentCount);
        }

        public override void Prepare(ReadOnlySpan<float> centred, ReadOnlySpan<double> norms) =>
            _apart?.Choose(centred, norms, _paddedLatents);

        public override void Load(int row, ReadOnlySpan<float> centred, double norm)
        {
            centred.CopyTo(_scratch);
            var restNorm = norm;
            var count = _apart?.Count ?? 0;
            for (var i = 0; i < count; i++)
            {
                ref var element = ref _scratch[_apart!.Columns[i]];
                (_elementsApart[(row * ColumnsApart.Most) + i], element) = (element, 0);
            }

            if (count > 0)
            {
                restNorm = Math.Sqrt(FixedOrder.SquaredNorm(_scratch.AsSpan(0, centred.Length)));
            }

            var (scale, residual) = _screen.Round(_scratch, norm < Huge, _product.Row(row), _screen._product.LargestToken);
            _product.Complete(row);
            var rotation = _screen._rotation;
            var roundings = TFormat.Roundings(centred.Length) + (2 * rotation.Stages) + count;
            _bounds[row] = _screen.Bound(norm, restNorm, residual, scale / rotation.Block, roundings);
            _skipped[row] = false;
        }

        public override void Skip(int row)
        {
            _product.Row(row).Clear();
            _skipped[row] = true;
        }

        public override void Collect(int rows, Candidates candidates)
        {
            var size = new ProductSize(_screen.Autoencoder.InputSize, _screen.Autoencoder.LatentCount, LatentBlock);
            var together = _screen._product.TokenBlock;
            for (var block = 0; block < size.Blocks; block++)
            {
                for (var first = 0; first < rows; first += together)
                {
                    CollectBlock(block, size.LatentsOf(block), first, Math.Min(together, rows - first), candidates);
                }
            }

            candidates.DropBelowFloors();
        }

        public override void Dispose() => _product.Dispose();

        private void CollectBlock(int block, int latents, int first, int rows, Candidates candidates)
        {
            var products = _product.Multiply(block, first, rows);
            var firstLatent = block * LatentBlock;
            candidates.Reserve(rows * 64);
            for (var row = first; row < first + rows; row++, products += latents)
            {
                candidates.Reserve(latents);
                if (_skipped[row])
                {
                    continue;
                }

                ref readonly var bound = ref _bounds[row];
                if (bound.Unbounded)
                {
                    AddAll(row, firstLatent, _screen.Autoencoder.LatentCount, candidates);
                    continue;
                }

                var apart = _apart is not { Count: > 0 } ? default : new ScannedColumns(
                    _elementsApart.AsSpan(row * ColumnsApart.Most, _apart.Count), _apart.Weights[firstLatent..], _paddedLatents);
                ScanKernel.Scan<TFormat, TIn, TOut>(_screen, row, firstLatent, latents, ref *products, bound, apart, candidates);
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
