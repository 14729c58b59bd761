using System.Runtime.InteropServices;
using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Encoding.Screening;
using AeServerless.Engine.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace AeServerless.Engine.Encoding;

/// <summary>
/// The encoder as torch operators, for any device: screens in TF32 (float32 where the device has no TF32), gathers the candidates' rows and
/// computes them by <see cref="FixedOrder"/>'s order of additions. The host gets a tile's non-zeros in one transfer, and the next tile is
/// on its way to the device meanwhile.
/// </summary>
internal sealed class DeviceEncoder : Screen
{
    // TF32 keeps 10 bits after the point, by rounding or cutting: each factor is off by at most 2⁻¹⁰.
    private const double ProductRounding = (2.0 / 1024) + (1.0 / (1024 * 1024));
    private const int PairsAtOnce = 1 << 16;

    private readonly Device _device;
    private readonly int _tileTokens;
    private readonly Tensor _weights; // [latents, input]
    private readonly Tensor _preBias; // [input]
    private readonly Tensor _bias; // [latents]
    private readonly Tensor _norms; // [latents]
    private readonly Tensor _upperBias; // [latents]
    private readonly Tensor _lowerBias; // [latents]
    private readonly Tensor[] _staging; // [tile, input] twice

    // Numbers that the operators take.
    private readonly Tensor _zero;
    private readonly Tensor _least;
    private readonly Tensor _largestNorm;
    private readonly Tensor _relative;
    private readonly Tensor _underflow;

    public DeviceEncoder(Autoencoder autoencoder, Device device, int tileTokens)
        : base(autoencoder)
    {
        _device = device;
        _tileTokens = tileTokens;
        using var scope = NewDisposeScope();
        var latents = autoencoder.LatentCount;
        _weights = WeightsOnDevice().DetachFromDisposeScope();
        _preBias = OnDevice(autoencoder.PreBias).DetachFromDisposeScope();
        _bias = OnDevice(autoencoder.LatentBias).DetachFromDisposeScope();
        _norms = OnDevice(WeightNorm[..latents]).DetachFromDisposeScope();
        _upperBias = OnDevice(UpperBias[..latents]).DetachFromDisposeScope();
        _lowerBias = OnDevice(LowerBias[..latents]).DetachFromDisposeScope();
        _staging = [Staging().DetachFromDisposeScope(), Staging().DetachFromDisposeScope()];
        _zero = Number(0);
        _least = OnDevice([float.Epsilon]).DetachFromDisposeScope();
        _largestNorm = Number(Huge / Math.Max(1, LargestWeightNorm));

        // A row of zeros has its biases exactly; other rows get what products may lose to underflow.
        _relative = Number(Bound(1, 1, ProductRounding, 1, autoencoder.InputSize + 2).Relative);
        _underflow = Number(Bound(double.Epsilon, double.Epsilon, 0, 1, 0).Relative);
        if (device.type == DeviceType.CUDA)
        {
            backends.cuda.matmul.allow_tf32 = true;
        }
    }

    /// <summary>Whether an autoencoder can be encoded so; others are on the CPU.</summary>
    public static bool IsFor(Autoencoder autoencoder) =>
        autoencoder.Activation is { Kind: ActivationKind.ReLU or ActivationKind.Identity or ActivationKind.TopK, SelectionScale: null }
        && autoencoder.InputMap.IsLinear && autoencoder.GluEncoder is null;

    public override ScreenLane CreateLane(int tokens) => throw new NotSupportedException("A device works on whole tiles.");

    /// <summary>Encodes tokens tile by tile.</summary>
    /// <param name="inputs">[tokens, input]</param>
    /// <param name="tokens">Number of rows.</param>
    /// <param name="tileOf">The tile to fill, by index.</param>
    /// <returns>Number of tiles.</returns>
    public int Encode(ReadOnlySpan<float> inputs, int tokens, Func<int, EncodedTile> tileOf)
    {
        using var noGradient = no_grad();
        var tiles = (tokens + _tileTokens - 1) / _tileTokens;
        var next = tiles == 0 ? null : Upload(inputs, tokens, 0);
        for (var tile = 0; tile < tiles; tile++)
        {
            using var scope = NewDisposeScope();
            using var current = next!;

            // Queued before this tile's results are waited for.
            next = tile + 1 < tiles ? Upload(inputs, tokens, tile + 1) : null;
            EncodeTile(current, tileOf(tile));
        }

        return tiles;
    }

    public override void Dispose()
    {
        Tensor[] tensors =
        [
            _weights, _preBias, _bias, _norms, _upperBias, _lowerBias, _zero, _least, _largestNorm, _relative, _underflow, .. _staging,
        ];
        foreach (var tensor in tensors)
        {
            tensor.Dispose();
        }
    }

    private Tensor OnDevice(float[] values) => tensor(values).to(_device);

    private Tensor WeightsOnDevice()
    {
        var encoder = Autoencoder.Encoder;
        var weights = empty([encoder.Latents, encoder.Width], ScalarType.Float32, _device);
        for (var block = 0; block < encoder.Blocks.Count; block++)
        {
            using var scope = NewDisposeScope();
            var rows = tensor(encoder.Blocks[block]).view(-1, encoder.Width);
            weights.narrow(0, encoder.FirstOf(block), rows.shape[0]).copy_(rows);
        }

        return weights;
    }

    private Tensor Number(double value) => tensor([value]).to(_device).DetachFromDisposeScope();

    private Tensor Staging()
    {
        var staging = empty([_tileTokens, Autoencoder.InputSize], ScalarType.Float32);
        return _device.type == DeviceType.CUDA ? staging.pin_memory() : staging;
    }

    private Tensor Upload(ReadOnlySpan<float> inputs, int tokens, int tile)
    {
        var first = tile * _tileTokens;
        var rows = Math.Min(_tileTokens, tokens - first);
        var width = Autoencoder.InputSize;
        var staging = _staging[tile % 2];
        var bytes = MemoryMarshal.AsBytes(inputs.Slice(first * width, rows * width));
        bytes.CopyTo(staging.bytes);
        using var scope = NewDisposeScope();
        return staging.narrow(0, 0, rows).to(_device, copy: true, non_blocking: true).DetachFromDisposeScope();
    }

    private void EncodeTile(Tensor inputs, EncodedTile into)
    {
        var centred = inputs - _preBias; // [tokens, input]
        var norms = centred.to(ScalarType.Float64).Squared().sum(1).sqrt(); // [tokens]
        var finite = norms.isfinite();
        centred = where(finite.unsqueeze(1), centred, zeros(1, dtype: ScalarType.Float32, device: _device));
        norms = where(finite, norms, zeros(1, dtype: ScalarType.Float64, device: _device));
        var unbounded = norms > _largestNorm; // [tokens]
        var pairs = Candidates(centred, norms, finite, unbounded).nonzero(); // [pairs, 2], rows then latents ascending
        var values = new List<Tensor>();
        for (long first = 0; first < pairs.shape[0]; first += PairsAtOnce)
        {
            using var slice = NewDisposeScope();
            var some = pairs.narrow(0, first, Math.Min(PairsAtOnce, pairs.shape[0] - first));
            values.Add(Exact(centred, some.select(1, 0), some.select(1, 1)).MoveToOuterDisposeScope());
        }

        Collect(pairs.to(CPU), values.Count == 0 ? empty(0) : cat(values).to(CPU), finite.to(CPU), into);
    }

    /// <summary>[tokens, latents]: whether a latent may be in the result.</summary>
    private Tensor Candidates(Tensor centred, Tensor norms, Tensor finite, Tensor unbounded)
    {
        var relative = RelativeBound(norms).unsqueeze(1); // [tokens, 1]
        var products = centred.matmul(_weights.t()); // [tokens, latents]
        var margins = relative * _norms;
        var uppers = products.Plus(margins).Plus(_upperBias);
        var floors = _least.expand_as(relative);
        var (kind, k) = Autoencoder.Activation;
        if (kind == ActivationKind.TopK)
        {
            var lowers = (products - margins).Plus(_lowerBias);
            var (largest, _) = lowers.topk(k, dim: 1);
            floors = maximum(floors, largest.narrow(1, k - 1, 1));
        }

        var kept = kind == ActivationKind.Identity ? ones_like(uppers, ScalarType.Bool) : uppers >= floors;
        return (kept | unbounded.unsqueeze(1)) & finite.unsqueeze(1);
    }

    private Tensor RelativeBound(Tensor norms) =>
        where(norms > _zero, (norms * _relative).Plus(_underflow), _zero).to(ScalarType.Float32);

    /// <summary>
    /// Pre-activations of some pairs: <see cref="FixedOrder.Dot(ReadOnlySpan{float}, ReadOnlySpan{float})"/> as tensor operators. [pairs]
    /// </summary>
    private Tensor Exact(Tensor centred, Tensor rows, Tensor latents)
    {
        const int Lanes = 64;
        var products = centred.index_select(0, rows) * _weights.index_select(0, latents); // [pairs, input]
        var missing = (Lanes - (Autoencoder.InputSize % Lanes)) % Lanes;
        products = missing == 0 ? products : nn.functional.pad(products, [0, missing]);
        products = products.view(products.shape[0], -1, Lanes);
        var sums = zeros([products.shape[0], Lanes], ScalarType.Float32, _device);
        for (var step = 0; step < products.shape[1]; step++)
        {
            sums = sums.Plus(products.select(1, step));
        }

        Tensor Quarter(int i) => sums.narrow(1, i * (Lanes / 4), Lanes / 4);
        var lanes = Quarter(0).Plus(Quarter(1)).Plus(Quarter(2).Plus(Quarter(3)));
        for (var half = Lanes / 8; half >= 1; half /= 2)
        {
            lanes = lanes.narrow(1, 0, half).Plus(lanes.narrow(1, half, half));
        }

        return lanes.squeeze(1).Plus(_bias.index_select(0, latents));
    }

    private void Collect(Tensor pairs, Tensor values, Tensor finite, EncodedTile into)
    {
        var rows = (int)finite.shape[0];
        into.Rows = rows;
        Array.Clear(into.RowCounts);
        for (var row = 0; row < rows; row++)
        {
            into.NonFinite[row] = finite.bytes[row] == 0;
        }

        var indices = MemoryMarshal.Cast<byte, long>(pairs.contiguous().bytes);
        var exact = MemoryMarshal.Cast<byte, float>(values.bytes);
        for (var i = 0; i < exact.Length; i++)
        {
            into.NonFinite[indices[2 * i]] |= !float.IsFinite(exact[i]);
        }

        into.Grow(exact.Length);
        var identity = Autoencoder.Activation.Kind == ActivationKind.Identity;
        var count = 0;
        for (var i = 0; i < exact.Length; i++)
        {
            var row = (int)indices[2 * i];
            if (!into.NonFinite[row] && (exact[i] > 0 || (identity && exact[i] < 0)))
            {
                into.Latents[count] = (int)indices[(2 * i) + 1];
                into.Values[count++] = exact[i];
                into.RowCounts[row]++;
            }
        }

        into.Grow(count);
        if (Autoencoder.Activation.Kind == ActivationKind.TopK)
        {
            into.KeepLargest(Autoencoder.Activation.K);
        }
    }
}
