using AeServerless.Engine.IO;
using AeServerless.Engine.Results;
using AeServerless.Engine.Results.Views;
using AeServerless.TestSupport;
using CsCheck;

namespace AeServerless.Engine.Tests.Results.Views;

public sealed class CoactivationTableTests
{
    private const int Width = 24;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AllPairs_AreCountedWhereTheyFit() => await Rows.SampleAsync(
        async rows => await CheckAsync(rows, CoactivationTable.MaxCounted, 1), iter: 30);

    [Fact]
    public async Task InLittleMemory_CountsAreExactAndNoneIsMissing() => await Gen.Select(Rows, Gen.Int[4, 40]).SampleAsync(
        async (rows, capacity) => await CheckAsync(rows, capacity, null), iter: 60);

    [Fact]
    public async Task MorePairsThanALatentsShare_LeaveThoseOfFewTokensOut()
    {
        // On the first token all latents are active, on the second some: pairs of one token are more than the file has room for.
        const int all = 300;
        const int some = 100;
        int[][] rows = [[.. Enumerable.Range(0, all)], [.. Enumerable.Range(0, some)]];
        Assert.True(all * (all - 1) / 2 > CoactivationTable.MaxPairsALatent * all);
        using var folder = new TemporaryFolder();
        var run = new ResultDirectory(folder.Path);

        await CoactivationTable.WriteAsync(await LatentsAsync(rows, new byte[rows.Length]), "a", 3, all, run, Cancellation);

        using var opened = await OpenResult.OpenAsync(run, ResultNames.Coactivation("a", 3), Cancellation);
        Assert.Equal(2, opened.File.Number("threshold"));
        Assert.Equal(Enumerable.Repeat(2L, some * (some - 1)), await opened.File.ReadInt64Async("counts", Cancellation));
    }

    private static Gen<int[][]> Rows { get; } = Gen.Select(Gen.Int[1, 120], Gen.Int).Select((tokens, seed) =>
    {
        // Few latents are active often, and most seldom.
        var random = new Random(seed);
        return Enumerable.Range(0, tokens).Select(_ => Enumerable.Range(0, Width)
            .Where(latent => random.NextDouble() < 1.0 / (1 + latent)).ToArray()).ToArray();
    });

    private static async Task CheckAsync(int[][] rows, int capacity, long? expectedThreshold)
    {
        using var folder = new TemporaryFolder();
        var run = new ResultDirectory(folder.Path);
        var excluded = rows.Select((_, token) => (byte)(token % 7 == 6 ? 2 : 0)).ToArray();

        var coactive = await CoactivationTable.WriteAsync(await LatentsAsync(rows, excluded), "a", 3, Width, run, Cancellation, capacity);

        using var opened = await OpenResult.OpenAsync(run, ResultNames.Coactivation("a", 3), Cancellation);
        var starts = await opened.File.ReadInt64Async("indptr", Cancellation);
        var indices = await opened.File.ReadInt32Async("indices", Cancellation);
        var counts = await opened.File.ReadInt64Async("counts", Cancellation);
        var threshold = opened.File.Number("threshold");
        Assert.Equal(expectedThreshold ?? threshold, threshold);
        Assert.Equal(excluded.Count(mark => mark == 0), opened.File.Number("tokens"));
        for (var latent = 0; latent < Width; latent++)
        {
            var expected = Enumerable.Range(0, Width).Where(other => other != latent)
                .Select(other => (Latent: other, Count: (long)rows.Where((row, token) => excluded[token] == 0)
                    .Count(row => row.Contains(latent) && row.Contains(other))))
                .Where(pair => pair.Count >= threshold).OrderByDescending(pair => pair.Count).ThenBy(pair => pair.Latent).ToList();
            var range = (int)starts[latent]..(int)starts[latent + 1];
            Assert.Equal(expected, indices[range].Zip(counts[range]));
            Assert.Equal(expected, coactive!.Of(latent).ToArray());
        }
    }

    private static async Task<IByteSource> LatentsAsync(int[][] rows, byte[] excluded)
    {
        var starts = new List<long> { 0 };
        foreach (var row in rows)
        {
            starts.Add(starts[^1] + row.Length);
        }

        int[] indices = [.. rows.SelectMany(row => row)];
        using var folder = new TemporaryFolder();
        var directory = new ResultDirectory(folder.Path);
        using var tensors = new TensorSet();
        tensors.Add("sequence_lengths", [rows.Length]);
        tensors.Add("indptr", [.. starts]);
        tensors.Add("indices", indices);
        tensors.Add("values", new float[indices.Length]);
        tensors.Add(
            "excluded", Engine.Tensors.TensorDtype.U8, [excluded.Length], (writer, cancellation) => writer.WriteAsync(
                excluded.AsMemory(), cancellation));
        await tensors.WriteAsync(directory, "latents.safetensors", Cancellation);
        return new MemoryByteSource("latents", await File.ReadAllBytesAsync(folder.File("latents.safetensors"), Cancellation));
    }
}
