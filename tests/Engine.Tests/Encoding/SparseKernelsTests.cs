using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Encoding;

namespace AeServerless.Engine.Tests.Encoding;

public sealed class SparseKernelsTests
{
    private const int Tokens = 40;
    private const int Width = 70;

    private readonly Autoencoder _autoencoder;
    private readonly float[] _gradients;
    private readonly SparseLatents _latents = new();
    private readonly SparseLatents _other = new();

    public SparseKernelsTests()
    {
        var random = new Random(5);
        _autoencoder = Random64.Autoencoder(random, Width, 90, Activation.ReLU, bias: -0.3f);
        _gradients = Random64.Gaussian(random, Tokens * Width, 1);
        using var encoder = new LatentEncoder(_autoencoder, new EncoderOptions());
        encoder.Encode(Random64.Gaussian(random, Tokens * Width, 1), Tokens, _latents);
    }

    [Fact]
    public void Scale_IsValueTimesNorm()
    {
        var norms = SparseKernels.RowNorms(_autoencoder.DecoderWeight, Width);

        SparseKernels.Scale(_latents, norms, _other);

        Assert.Equal(
            Random64.Pairs(_latents).Select(p => (p.Token, p.Latent, p.Value * norms[p.Latent])),
            Random64.Pairs(_other));
        Assert.Equal(Math.Sqrt(_autoencoder.DecoderRow(7).ToArray().Sum(w => (double)w * w)), norms[7], 1e-6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(7)]
    public void Project_AnyTeam_IsTheDotOfRowAndGradient(int threads)
    {
        SparseKernels.Project(_latents, _autoencoder.DecoderWeight, _gradients, Width, _other, threads == 0 ? null : ThreadTeam.Of(threads));

        Assert.Equal(
            Random64.Pairs(_latents).Select(p => (p.Token, p.Latent, FixedOrder.Dot(_autoencoder.DecoderRow(p.Latent), _gradients.AsSpan(p.Token * Width, Width)))),
            Random64.Pairs(_other));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(7)]
    public void Decode_AnyTeam_AddsRowsInAscendingOrder(int threads)
    {
        var decoded = new float[Tokens * Width];

        SparseKernels.Decode(_latents, _autoencoder, decoded, threads == 0 ? null : ThreadTeam.Of(threads));

        var expected = new float[Tokens * Width];
        foreach (var (token, latent, value) in Random64.Pairs(_latents))
        {
            FixedOrder.AddScaled(expected.AsSpan(token * Width, Width), value, _autoencoder.DecoderRow(latent));
        }

        Assert.Equal(expected.Select((x, i) => x + _autoencoder.PreBias[i % Width]), decoded);
    }

    [Fact]
    public void GatherOfDense_AndProductWithDense_KeepTheNonZeros()
    {
        var dense = new float[Tokens * 90];
        foreach (var (token, latent, value) in Random64.Pairs(_latents))
        {
            dense[(token * 90) + latent] = value;
        }

        dense[(3 * 90) + 1] = float.NaN;
        SparseKernels.Gather(dense, Tokens, _other);
        var product = new SparseLatents();
        SparseKernels.MultiplyDense(_other, dense, 90, product);

        Assert.True(_other.NonFinite[3]);
        Assert.Equal(Random64.Pairs(_latents).Where(p => p.Token != 3), Random64.Pairs(_other));
        Assert.Equal(Random64.Pairs(_other).Select(p => (p.Token, p.Latent, p.Value * p.Value)), Random64.Pairs(product));
    }
}
