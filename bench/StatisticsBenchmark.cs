using System.Diagnostics;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Encoding.Sparse;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Results.Chunks;
using AeServerless.Engine.Runtime;
using AeServerless.Engine.Scalars;
using AeServerless.Engine.Statistics;

namespace AeServerless.Bench;

/// <summary>
/// Statistics of one scalar over a chunk, from its tiles to the bytes of its file, on one thread. The tiles' orders of latents are there,
/// as where the engine reconstructs or projects.
/// </summary>
internal static class StatisticsBenchmark
{
    private const int Latents = 32_768;
    private const int Active = 100;
    private const int TileTokens = 2048;
    private const int Tiles = 32;
    private const int DistinctTiles = 8;

    public static async Task RunAsync(int repeats, Report report, CancellationToken cancellationToken)
    {
        var (tokens, output) =
            (Tiles * TileTokens, new DerivedOutput("latent", 0, "mlp_autoencoder_latent", DerivedShape.Latents, Latents));
        Report.Title($"statistics: {tokens} tokens of {Active} values, {Latents} latents, one thread");
        using var engine = new EngineContext(new EngineOptions { Threads = 1 });
        foreach (var signs in (bool[])[false, true])
        {
            SparseLatents[] tiles = [.. Enumerable.Range(0, DistinctTiles).Select(seed => Tile(new Random(seed), signs))];
            using var writer = new ChunkResultWriter([output], new StatisticsOptions(), RecipeOutputs.Statistics, engine);
            var seconds = new List<double>();
            for (var repeat = -2; repeat < repeats; repeat++)
            {
                var started = Stopwatch.GetTimestamp();
                writer.Prepare(default);
                writer.Begin(new ChunkRange(0, 0, tokens, 0, [tokens]));
                for (var tile = 0; tile < Tiles; tile++)
                {
                    writer.Sparse(output, tile * TileTokens, tiles[tile % DistinctTiles]);
                }

                await writer.CompleteAsync(new DiscardingSink(), cancellationToken);
                seconds.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
            }

            var median = seconds.Skip(2).Order().ElementAt(repeats / 2);
            report.Number(
                "statistics", signs ? "values of both signs, a value" : "positive values, a value",
                median / ((double)tokens * Active) * 1e9, "ns");
        }
    }

    // Latents of very different frequencies, magnitudes that fall off as those of latents do.
    private static SparseLatents Tile(Random random, bool signs)
    {
        var (starts, latents, values) = (new int[TileTokens + 1], new int[TileTokens * Active], new float[TileTokens * Active]);
        var active = new HashSet<int>();
        for (var token = 0; token < TileTokens; token++)
        {
            for (active.Clear(); active.Count < Active;)
            {
                active.Add((int)(Latents * Math.Pow(random.NextDouble(), 1.5)));
            }

            active.Order().ToArray().CopyTo(latents, token * Active);
            starts[token + 1] = (token + 1) * Active;
        }

        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)(-3 * Math.Log(1 - random.NextDouble())) * (signs && random.Next(2) == 0 ? -1 : 1);
        }

        var tile = new SparseLatents();
        tile.Set(starts, latents, values);
        return tile;
    }
}
