using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Encoding.Screening;
using AeServerless.Engine.Numerics;
using AeServerless.Engine.Tests.Fixtures;

namespace AeServerless.Engine.Tests.Encoding.Screening;

public sealed class ColumnsApartTests
{
    private const int Width = 96;
    private const int Rows = 64;

    [Fact]
    public void ColumnsThatStandOut_AreApart()
    {
        var (autoencoder, rows) = Make((7, 20), (50, 50));

        var apart = Choose(autoencoder, rows);

        Assert.Equal([7, 50], apart.Columns.ToArray());
        for (var latent = 0; latent < autoencoder.LatentCount; latent++)
        {
            Assert.Equal(autoencoder.EncoderRow(latent)[7], apart.Weights[latent]);
            Assert.Equal(autoencoder.EncoderRow(latent)[50], apart.Weights[128 + latent]);
        }
    }

    [Fact]
    public void CommonColumns_StayTogether()
    {
        var (autoencoder, rows) = Make();

        Assert.Equal(0, Choose(autoencoder, rows).Count);
    }

    [Fact]
    public void ColumnsApart_LeaveAboutAsFewCandidatesAsIfNoneStoodOut()
    {
        var (autoencoder, plain) = Make();
        var (_, outlying) = Make((7, 20), (50, 50));
        foreach (var kind in ScreenKinds.All.Where(kind => kind.Format == ScreeningFormat.Int8))
        {
            using var screen = kind.Create(autoencoder);
            using var lane = screen.CreateLane(Rows);
            var without = Count(lane, plain);
            var with = Count(lane, outlying);

            // Latents that the columns themselves make active, or inactive, are counted too.
            Assert.InRange(with, 1, (2 * without) + Active(autoencoder, outlying));
        }
    }

    private static (Autoencoder Autoencoder, float[] Rows) Make(params (int Column, float Factor)[] outliers)
    {
        var random = new Random(5);
        var autoencoder = Random64.Autoencoder(random, Width, 120, Activation.ReLU, bias: -2);
        var rows = Random64.Gaussian(random, Rows * Width, 1);
        foreach (var (column, factor) in outliers)
        {
            for (var row = 0; row < Rows; row++)
            {
                rows[(row * Width) + column] *= factor;
            }
        }

        return (autoencoder, rows);
    }

    private static double[] Norms(float[] rows) =>
        [.. rows.Chunk(Width).Select(row => Math.Sqrt(FixedOrder.SquaredNorm(row)))];

    private static ColumnsApart Choose(Autoencoder autoencoder, float[] rows)
    {
        var apart = new ColumnsApart(autoencoder);
        apart.Choose(rows, Norms(rows), 128);
        return apart;
    }

    private static int Count(ScreenLane lane, float[] rows)
    {
        var norms = Norms(rows);
        lane.Prepare(rows, norms);
        for (var row = 0; row < Rows; row++)
        {
            lane.Load(row, rows.AsSpan(row * Width, Width), norms[row]);
        }

        var candidates = new Candidates(Rows, 0);
        candidates.Clear();
        lane.Collect(Rows, candidates);
        return candidates.Count;
    }

    private static int Active(Autoencoder autoencoder, float[] rows)
    {
        var active = 0;
        foreach (var row in rows.Chunk(Width))
        {
            for (var latent = 0; latent < autoencoder.LatentCount; latent++)
            {
                active += FixedOrder.Dot(row, autoencoder.EncoderRow(latent)) + autoencoder.LatentBias[latent] > 0 ? 1 : 0;
            }
        }

        return active;
    }
}
