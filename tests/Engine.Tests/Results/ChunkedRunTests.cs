using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.IO;
using AeServerless.Engine.Results;
using AeServerless.Engine.Results.Summary;
using AeServerless.Engine.Tensors;
using AeServerless.TestSupport;

namespace AeServerless.Engine.Tests.Results;

public sealed class ChunkedRunTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ChunksAndTiles_ChangeNoByte()
    {
        using var folder = new TemporaryFolder();
        using var dataset = await GoldenDataset.CreateAsync(Cancellation);
        var whole = await dataset.RunAsync(folder, "whole", int.MaxValue, 256, Cancellation);

        foreach (var (name, chunkTokens, tileTokens) in new[] { ("each", 1, 256), ("some", 60, 7) })
        {
            var chunked = await dataset.RunAsync(folder, name, chunkTokens, tileTokens, Cancellation);

            Assert.Equal(whole.Names, chunked.Names);
            Assert.Contains(ResultNames.Latents("online_mlp_autoencoder_write", 1), whole.Names);
            foreach (var file in whole.Names)
            {
                Assert.True(
                    File.ReadAllBytes(Path.Combine(whole.Path, file)).AsSpan().SequenceEqual(
                        File.ReadAllBytes(Path.Combine(chunked.Path, file))),
                    $"{file} of chunks of {chunkTokens} tokens differs");
            }
        }
    }

    [Fact]
    public async Task Statistics_EqualADenseComputation()
    {
        using var folder = new TemporaryFolder();
        using var dataset = await GoldenDataset.CreateAsync(Cancellation);
        var merged = await dataset.RunAsync(folder, "merged", 50, 16, Cancellation);
        var run = new ResultDirectory(folder.File("run"));
        var options =
            new SummaryOptions { Dataset = "made-up", Shards = [new ShardReference("shard", dataset.Tokens, dataset.Lengths.Length)] };
        var summary = await RunSummaryWriter.WriteAsync(merged, options, run, Cancellation);

        var latents = await DenseLatentsAsync(dataset);
        using var opened = await OpenResult.OpenAsync(run, ResultNames.Statistics("mlp_autoencoder_latent", 1), Cancellation);
        var counts = await opened.File.ReadInt64Async("count", Cancellation);
        var means = await opened.File.ReadDoublesAsync("mean", Cancellation);
        var variances = await opened.File.ReadDoublesAsync("variance", Cancellation);
        var maxima = await opened.File.ReadFloatsAsync("max", Cancellation);
        for (var latent = 0; latent < counts.Length; latent++)
        {
            var values = latents.Select(row => row[latent]).ToArray();
            var (mean, max) = (values.Average(), values.Max());
            Assert.Equal(values.Count(value => value > 0), counts[latent]);
            Assert.Equal(mean, means[latent], 1e-5 * max);
            Assert.Equal(values.Average(value => Math.Pow(value - mean, 2)), variances[latent], 1e-5 * max * max);
            Assert.Equal(max, maxima[latent], 1e-5 * max);
        }

        var autoencoder = Assert.Single(summary.Autoencoders);
        Assert.Equal(1, autoencoder.NonFiniteTokens);
        Assert.Equal(latents.Average(row => row.Count(value => value > 0)), autoencoder.ActiveLatents!.Value, 1e-9);
        Assert.Equal("mlp_autoencoder_latent", autoencoder.RankedBy);
    }

    /// <summary>max(0, (x − pre_bias) · encoderᵀ + latent_bias) in float64, without the token that is not finite. [tokens − 1,
    /// latents]</summary>
    private static async Task<double[][]> DenseLatentsAsync(GoldenDataset dataset)
    {
        using var source = new FileByteSource(GoldenDataset.AutoencoderPath);
        var autoencoder = await Autoencoder.LoadAsync(await SafetensorsFile.OpenAsync(source, Cancellation), Cancellation);
        return
        [
            .. Enumerable.Range(0, dataset.Tokens).Where(token => token != GoldenDataset.BadToken).Select(token => Enumerable
                .Range(0, autoencoder.LatentCount)
                .Select(latent => Math.Max(0, autoencoder.LatentBias[latent] + Enumerable.Range(0, GoldenDataset.Neurons).Sum(n =>
                    ((double)dataset.Activations[(token * GoldenDataset.Neurons) + n] - autoencoder.PreBias[n])
                        * autoencoder.EncoderRow(latent)[n])))
                .ToArray()),
        ];
    }
}
