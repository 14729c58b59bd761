using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Encoding;
using AeServerless.Engine.Encoding.Kernels;
using AeServerless.Engine.Encoding.Sparse;
using AeServerless.Engine.Numerics;
using AeServerless.Engine.Tests.Fixtures;
using CsCheck;

namespace AeServerless.Engine.Tests.Encoding.Kernels;

public sealed class SparseKernelsTests
{
    private const int Tokens = 150;
    private const int Latents = 90;

    private readonly SparseLatents _other = new();

    /// <summary>Threads, and widths with and without a part that fills no vector.</summary>
    public static TheoryData<int, int> Teams => new(
        from threads in (int[])[0, 2, 7]
        from width in (int[])[70, 192]
        select (threads, width));

    [Fact]
    public void Scale_IsValueTimesNorm()
    {
        var (autoencoder, latents, _) = Encode(70);
        var norms = autoencoder.Decoder.Norms();

        SparseKernels.Scale(latents, norms, _other);

        Assert.Equal(
            Random64.Pairs(latents).Select(p => (p.Token, p.Latent, p.Value * norms[p.Latent])),
            Random64.Pairs(_other));
        Assert.Equal(Math.Sqrt(autoencoder.Decoder.Row(7).Sum(w => (double)w * w)), norms[7], 1e-6);
    }

    [Theory]
    [MemberData(nameof(Teams))]
    public void Project_AnyTeam_AddsTheDotsOfBlocksOfColumns(int threads, int width)
    {
        var (autoencoder, latents, inputs) = Encode(width);

        SparseKernels.Project(latents, autoencoder.Decoder, inputs, _other, TeamOf(threads));

        float Projection(int token, int latent)
        {
            var sum = 0f;
            for (var first = 0; first < width; first += LatentDirections.BlockColumns)
            {
                var columns = Math.Min(LatentDirections.BlockColumns, width - first);
                sum += FixedOrder.Dot(
                    autoencoder.Decoder.Row(latent).AsSpan(first, columns), inputs.AsSpan((token * width) + first, columns));
            }

            return sum;
        }

        Assert.Equal(
            Random64.Pairs(latents).Select(p => (p.Token, p.Latent, Projection(p.Token, p.Latent))),
            Random64.Pairs(_other));
    }

    [Theory]
    [MemberData(nameof(Teams))]
    public void DecodeAndError_AnyTeam_AddRowsInAscendingOrder(int threads, int width)
    {
        var (autoencoder, latents, inputs) = Encode(width);
        var (decoded, errors) = (new float[Tokens * width], new float[Tokens * width]);

        SparseKernels.Decode(latents, autoencoder, decoded, TeamOf(threads));
        SparseKernels.Error(latents, autoencoder, inputs, inputs, errors, TeamOf(threads));

        var expected = new float[Tokens * width];
        foreach (var (token, latent, value) in Random64.Pairs(latents))
        {
            var row = autoencoder.Decoder.Row(latent);
            for (var i = 0; i < width; i++)
            {
                expected[(token * width) + i] += value * row[i];
            }
        }

        Assert.Equal(expected.Select((x, i) => x + autoencoder.PreBias[i % width]), decoded);
        Assert.Equal(inputs.Zip(decoded, (input, x) => input - x), errors);
    }

    [Fact]
    public void ErrorAndProject_AnyWidthAndRows_AreThoseOfOneTokenAlone() =>
        Gen.Select(
            Gen.OneOf(Gen.Int[1, 200], Gen.Const(64), Gen.Const(128)), Gen.Int[0, 60], Gen.Int[0, 1000]).Sample((width, tokens, seed) =>
        {
            var random = new Random(seed);
            var autoencoder = Random64.Autoencoder(random, width, 12, Activation.ReLU);
            var inputs = Random64.Gaussian(random, tokens * width, 1);
            int[][] active =
                [.. Enumerable.Range(0, tokens).Select(_ => Enumerable.Range(0, 12).Where(_ => random.Next(3) == 0).ToArray())];
            SparseLatents Rows(int from, int to)
            {
                var (latents, pairs) = (new SparseLatents(), active[from..to].SelectMany(row => row).ToArray());
                int[] starts = [0, .. Enumerable.Range(from + 1, to - from).Select(end => active[from..end].Sum(row => row.Length))];
                latents.Set(starts, pairs, [.. pairs.Select(latent => latent - 2.5f)]);
                return latents;
            }

            (float[] Errors, float[] Projected) Compute(int from, int to)
            {
                var (latents, errors, projected) = (Rows(from, to), new float[(to - from) * width], new SparseLatents());
                var rows = inputs.AsSpan(from * width, (to - from) * width);
                SparseKernels.Error(latents, autoencoder, rows, rows, errors, TeamOf(seed % 3));
                SparseKernels.Project(latents, autoencoder.Decoder, rows, projected, TeamOf(seed % 3));
                return (errors, projected.Values.ToArray());
            }

            var together = Compute(0, tokens);

            var alone = Enumerable.Range(0, tokens).Select(token => Compute(token, token + 1)).ToList();
            Assert.Equal(alone.SelectMany(token => token.Errors), together.Errors);
            Assert.Equal(alone.SelectMany(token => token.Projected), together.Projected);
        }, iter: 100);

    [Fact]
    public void LatentBehindTheLastRow_IsRefused()
    {
        var (autoencoder, latents) = (Random64.Autoencoder(new Random(1), 64, 3, Activation.ReLU), new SparseLatents());
        latents.Set([0, 1], [3], [1]);

        Assert.Throws<ArgumentOutOfRangeException>(() => SparseKernels.Decode(latents, autoencoder, new float[64]));
        Assert.Throws<ArgumentOutOfRangeException>(() => SparseKernels.Project(latents, autoencoder.Decoder, new float[64], _other));
    }

    [Fact]
    public void ChangedPairs_AreSortedAnew()
    {
        var latents = new SparseLatents();
        latents.Set([0, 2, 3], [1, 2, 1], [1, 1, 1]);
        Assert.Equal([0, 2, 1], latents.ByLatent.Pairs);

        latents.Set([0, 1, 3], [2, 0, 2], [1, 1, 1]);

        Assert.Equal([1, 0, 2], latents.ByLatent.Pairs);
        Assert.Equal([0, 2, 2], latents.ByLatent.Latents);
        Assert.Equal([1, 0, 1], latents.ByLatent.Tokens);
    }

    [Fact]
    public void DerivedValues_ShareTheOrderOfTheirPairs_UntilOneChangesIts()
    {
        var (latents, scaled) = (new SparseLatents(), new SparseLatents());
        latents.Set([0, 2, 3], [1, 2, 1], [1, 2, 3]);
        SparseKernels.Scale(latents, [0, 10, 100], scaled);
        Assert.Same(latents.ByLatent, scaled.ByLatent);

        scaled.MutableLatents[1] = 0;

        Assert.Equal([1, 2, 1], latents.Latents);
        Assert.Equal([0, 2, 1], latents.ByLatent.Pairs);
        Assert.Equal([1, 0, 1], scaled.Latents);
        Assert.Equal([1, 0, 2], scaled.ByLatent.Pairs);
        Assert.Equal([10, 200, 30], scaled.Values);
    }

    /// <summary>As of tiles whose rows a node leaves out of its own value, and of the tiles after them.</summary>
    [Fact]
    public void DerivedValues_FollowTheNextRows()
    {
        var (latents, scaled) = (new SparseLatents(), new SparseLatents());
        latents.Set([0, 1, 2], [1, 1], [1, 2]);
        SparseKernels.Scale(latents, [0, 10, 100], scaled);
        scaled.MutableRowStarts[2] = 1;
        Assert.Equal((2, 1), (latents.Count, scaled.Count));

        latents.Set([0, 1, 3, 4], [2, 1, 2, 2], [4, 5, 6, 7]);
        SparseKernels.Scale(latents, [0, 10, 100], scaled);

        Assert.Equal([400, 50, 600, 700], scaled.Values);
        Assert.Equal(latents.RowStarts, scaled.RowStarts);
        Assert.Same(latents.ByLatent, scaled.ByLatent);
    }

    [Fact]
    public void GatherOfDense_AndProductWithDense_KeepTheNonZeros()
    {
        var latents = Encode(70).Latents;
        var dense = new float[Tokens * Latents];
        foreach (var (token, latent, value) in Random64.Pairs(latents))
        {
            dense[(token * Latents) + latent] = value;
        }

        dense[(3 * Latents) + 1] = float.NaN;
        SparseKernels.Gather(dense, Tokens, _other);
        var product = new SparseLatents();
        SparseKernels.MultiplyDense(_other, dense, Latents, product);

        Assert.True(_other.NonFinite[3]);
        Assert.Equal(Random64.Pairs(latents).Where(p => p.Token != 3), Random64.Pairs(_other));
        Assert.Equal(Random64.Pairs(_other).Select(p => (p.Token, p.Latent, p.Value * p.Value)), Random64.Pairs(product));
    }

    private static ThreadTeam? TeamOf(int threads) => threads == 0 ? null : TestEngine.Team(threads);

    private static (Autoencoder Autoencoder, SparseLatents Latents, float[] Inputs) Encode(int width)
    {
        var random = new Random(5);
        var autoencoder = Random64.Autoencoder(random, width, Latents, Activation.ReLU, bias: -0.3f);
        var inputs = Random64.Gaussian(random, Tokens * width, 1);
        var latents = new SparseLatents();
        using var encoder = new LatentEncoder(autoencoder, TestEngine.Default);
        encoder.Encode(inputs, Tokens, latents);
        return (autoencoder, latents, inputs);
    }
}
