using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;
using AeServerless.Exports.Latents;
using AeServerless.Exports.Runs;
using AeServerless.TestSupport;
using CsCheck;

namespace AeServerless.Exports.Tests;

public sealed class LatentSpillTests
{
    [Fact(Timeout = 120_000)]
    public async Task ByLatent_HasEveryValueSortedByLatentThenRow() => await Gen.Select(
        Gen.Int[1, 6], Gen.Int[1, 20], Gen.Int[1, 6], Gen.Int[1, 4], Gen.Bool).SampleAsync(
        async (sequences, context, perToken, ranges, gaps) =>
        {
            using var folder = new TemporaryFolder();
            var synthetic = new SyntheticRun(folder.Path, sequences, context, perToken * 3, perToken) { Scalars = ["a", "b"], Gaps = gaps };
            await synthetic.WriteAsync(TestContext.Current.CancellationToken);
            using var first = new FileByteSource(folder.File("latents", "a", "2.safetensors"));
            using var second = new FileByteSource(folder.File("latents", "b", "2.safetensors"));
            var set = Assert.Single(LatentSet.Group(
            [
                LatentScalar.Of(await SafetensorsFile.OpenAsync(first, TestContext.Current.CancellationToken)),
                LatentScalar.Of(await SafetensorsFile.OpenAsync(second, TestContext.Current.CancellationToken)),
            ]));
            var bounds = LatentRanges.Evenly(synthetic.Width, ranges);
            using var spill = await LatentSpill.CreateAsync(set, null, bounds, _ => true, null, TestContext.Current.CancellationToken);

            var sorted = Enumerable.Range(0, ranges).SelectMany(spill.ByLatent).SelectMany(part => Enumerable.Range(0, part.Entries)
                .Select(i => (part.Latent[i], part.Row[i], part.Values[0][i], (part.Present[i] >> 1) & 1))).ToList();

            var expected = Enumerable.Range(0, synthetic.Tokens).SelectMany(row => Enumerable.Range(0, perToken).Select(place => (
                synthetic.Latent(row, place), (long)row, synthetic.Value(0, row, place), synthetic.IsThere(1, row, place) ? 1u : 0u)));
            Assert.Equal(expected.OrderBy(entry => entry.Item1).ThenBy(entry => entry.Item2), sorted);
        },
        iter: 60);

    [Fact]
    public void Ranges_HoldAtMostWhatFitsAndLargeLatentsAlone()
    {
        Assert.Equal([0, 2, 3, 4, 6], LatentRanges.Divide([3, 4, 9, 8, 1, 2], 8));
        Assert.Equal([0, 2, 4, 5], LatentRanges.Divide([0, 0, 0, 0, 0], 8, mostLatents: 2));
    }
}
