using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Tests.Fixtures;
using CsCheck;

namespace AeServerless.Engine.Tests.Autoencoders;

public sealed class LatentDirectionsTests
{
    [Fact]
    public void AnyWidth_GivesTheRowsOfTheMatrix_AndTheColumnsOfTheTransposed() =>
        Gen.Select(Gen.OneOf(Gen.Int[1, 200], Gen.Const(64), Gen.Const(128)), Gen.Int[1, 150]).Sample((width, latents) =>
        {
            var rows = Random64.Gaussian(new Random(width), latents * width, 1);
            float[] columns =
            [
                .. from column in Enumerable.Range(0, width)
                   from latent in Enumerable.Range(0, latents)
                   select rows[(latent * width) + column],
            ];

            var ofRows = new LatentDirections(rows, width);
            var ofColumns = LatentDirections.Transposed(columns, width);

            Assert.Equal((latents, width), (ofRows.Latents, ofRows.Width));
            Assert.Equal(rows, ofRows.Rows(0, latents));
            Assert.Equal(rows, ofColumns.Rows(0, latents));
            Assert.Equal(rows[^width..], ofRows.Row(latents - 1));
            Assert.Equal(
                rows.Chunk(width).Select(row => (float)Math.Sqrt(row.Sum(x => (double)x * x))), ofRows.Norms(), (a, b) =>
                    Math.Abs(a - b) <= 1e-6f * a);
            Assert.Throws<ArgumentOutOfRangeException>(() => ofRows.Row(latents));
            Assert.Throws<ArgumentOutOfRangeException>(() => ofRows.Row(-1));
        }, iter: 100);

    [Fact]
    public void MatrixOfNoWholeRows_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new LatentDirections(new float[130], 64));
        Assert.Throws<ArgumentOutOfRangeException>(() => LatentDirections.Transposed(new float[130], 64));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LatentDirections([], 0));
    }
}
