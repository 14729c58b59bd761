using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.IO;
using AeServerless.Engine.Results;
using AeServerless.Engine.Results.Summary;
using AeServerless.Engine.Tensors;
using AeServerless.TestSupport;

namespace AeServerless.Engine.Tests.Results.Summary;

public sealed class RunSummaryWriterTests
{
    private static readonly ResultFixture Fixture = ResultFixture.Fixed;

    /// <summary>The fixture's six sequences in three shards, the second of them without any.</summary>
    private static readonly ShardReference[] Shards = [new("a", 15, 3), new("b", 0, 0), new("c", 11, 3)];

    private static readonly PublishedFigures Published = new(3.5, null, "autoencoders/mine");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static int[] Good => [.. Enumerable.Range(0, Fixture.Tokens).Where(token => !ResultFixture.IsBad(token))];

    [Fact]
    public async Task Summary_TellsWhatTheRunFound()
    {
        using var folder = new TemporaryFolder();
        var (summary, _) = await WriteAsync(folder, contexts: null);

        Assert.Equal(("demo", "mine"), (summary.Dataset, summary.Recipe));
        Assert.Equal((Fixture.Sequences, Fixture.Tokens), (summary.Sequences, summary.Tokens));
        var autoencoder = Assert.Single(summary.Autoencoders);
        Assert.Equal(("mlp_autoencoder_latent", 2), (autoencoder.Autoencoder, autoencoder.Layer));
        Assert.Equal(Fixture.Tokens - Good.Length, autoencoder.NonFiniteTokens);
        Assert.Equal(Good.Average(token => Fixture.Values[token].Count(value => value != 0)), autoencoder.ActiveLatents!.Value, 1e-12);
        Assert.Equal(Good.Average(token => 0.01 * (1 + (token % 4)) / ResultFixture.Inputs), autoencoder.MeanSquaredError!.Value, 1e-9);
        Assert.InRange(autoencoder.FractionOfVarianceUnexplained!.Value, 0.01, 1);
        Assert.Equal(Published, autoencoder.Published);
        Assert.Equal(Published, RunSummary.Parse(summary.ToJson(), "summary").Autoencoders[0].Published);
        Assert.Equal(["effect", "error", "latent", "write", "zero"], summary.Scalars.Select(scalar => scalar.Scalar));
        Assert.Equal(5, summary.Scalars[2].ActiveLatents);
        Assert.Equal("after the trace", summary.Scalars[4].ZeroReason);
        Assert.Equal(["l2_norm", "sum"], summary.Scalars[1].Metrics!.Keys.Order());
    }

    [Fact]
    public async Task StrongestLatents_AreRankedByTheirMeanSquare()
    {
        using var folder = new TemporaryFolder();
        var (summary, _) = await WriteAsync(folder, contexts: null);

        var squares = Enumerable.Range(0, ResultFixture.Latents)
            .Select(latent => (Latent: latent, MeanSquare: Good.Average(token => Math.Pow(Fixture.Values[token][latent], 2))))
            .Where(latent => latent.MeanSquare > 0)
            .OrderByDescending(latent => latent.MeanSquare)
            .Take(4)
            .ToArray();
        var autoencoder = summary.Autoencoders[0];
        Assert.Equal("latent", autoencoder.RankedBy);
        Assert.Equal(squares.Select(latent => latent.Latent), autoencoder.StrongestLatents.Select(latent => latent.Latent));
        foreach (var (latent, expected) in autoencoder.StrongestLatents.Zip(squares))
        {
            Assert.Equal(["latent", "effect", "write"], latent.Scalars.Select(scalar => scalar.Scalar));
            Assert.Equal(expected.MeanSquare, latent.Scalars[0].MeanSquare, 1e-9);
            Assert.Equal(Good.Average(token => Fixture.Values[token][latent.Latent] != 0 ? 1.0 : 0), latent.Scalars[0].Frequency, 1e-12);
        }
    }

    [Fact]
    public async Task SignedScalar_HasTheTokensThatItHelpsAndHurts()
    {
        using var folder = new TemporaryFolder();
        var (summary, _) = await WriteAsync(folder, contexts: null);

        foreach (var latent in summary.Autoencoders[0].StrongestLatents)
        {
            var effect = latent.Scalars[1];
            var values =
                Good.Select(token => (Token: token, Value: ResultFixture.EffectOf(Fixture.Values[token][latent.Latent], token))).ToArray();
            Assert.Equal(
                values.Where(v => v.Value > 0).OrderByDescending(v => v.Value).ThenBy(v => v.Token).Take(2).Select(
                    v => (v.Value, 1000 + v.Token)),
                effect.Top.Select(example => (example.Value, example.Token!.Value)));
            Assert.Equal(
                values.Where(v => v.Value < 0).OrderBy(v => v.Value).ThenBy(v => v.Token).Take(2).Select(v => (v.Value, 1000 + v.Token)),
                effect.Bottom.Select(example => (example.Value, example.Token!.Value)));
        }
    }

    [Fact]
    public async Task Examples_AreFoundInTheirShardsWithTheTokensAroundThem()
    {
        using var folder = new TemporaryFolder();
        var contexts = new ShardContextSource(
            async (index, cancellation) => await Shard.OpenAsync(await ShardBytesAsync(index), Shards[index], cancellation),
            token => $"<{token}>",
            before: 2,
            after: 1);
        var (summary, _) = await WriteAsync(folder, contexts);

        var examples =
            summary.Autoencoders[0].StrongestLatents.SelectMany(latent => latent.Scalars).SelectMany(scalar => scalar.Top).ToArray();
        Assert.NotEmpty(examples);
        Assert.Contains(examples, example => example.Shard == 2);
        Assert.All(examples, example =>
        {
            Assert.Equal(example.Sequence, example.ShardSequence + (example.Shard == 2 ? 3 : 0));
            var context = example.Context!;
            var peak = example.Position - context.FirstPosition;
            Assert.InRange(peak, 0, 2);
            Assert.Equal(example.Token!.Value, context.Tokens[peak]);
            Assert.Equal($"<{example.Token}>", context.Texts![peak]);
        });
    }

    [Fact]
    public async Task Table_HasARowForEveryLatent()
    {
        using var folder = new TemporaryFolder();
        var (_, run) = await WriteAsync(folder, contexts: null);

        using var opened = await OpenResult.OpenAsync(run, ResultNames.Statistics("effect", 2), Cancellation);
        var file = opened.File;
        var counts = await file.ReadInt64Async("count", Cancellation);
        var means = await file.ReadDoublesAsync("mean", Cancellation);
        var deviations = await file.ReadDoublesAsync("standard_deviation", Cancellation);
        var positive = await file.ReadInt64Async("histogram_positive", Cancellation);
        var negative = await file.ReadInt64Async("histogram_negative", Cancellation);
        var strongest = await file.ReadFloatsAsync("magnitude_values", Cancellation);
        for (var latent = 0; latent < ResultFixture.Latents; latent++)
        {
            var values = Good.Select(token => (double)ResultFixture.EffectOf(Fixture.Values[token][latent], token)).ToArray();
            var bins = ResultFixture.Options.HistogramBins;
            Assert.Equal(values.Count(value => value != 0), counts[latent]);
            Assert.Equal(values.Average(), means[latent], 1e-9);
            Assert.Equal(Math.Sqrt(values.Average(value => Math.Pow(value - values.Average(), 2))), deviations[latent], 1e-9);
            Assert.Equal(values.Count(value => value > 0), positive.AsSpan(latent * bins, bins).ToArray().Sum());
            Assert.Equal(values.Count(value => value < 0), negative.AsSpan(latent * bins, bins).ToArray().Sum());
            Assert.Equal(
                values.Where(value => value != 0).Select(Math.Abs).OrderDescending().Take(2),
                strongest.AsSpan(latent * 2, 2).ToArray().Where(value => !float.IsNaN(value)).Select(value => (double)Math.Abs(value)));
        }

        Assert.Equal("demo", file.Metadata["dataset"]);
        Assert.Equal(
            [0, 0.25f, float.PositiveInfinity], (
                await file.ReadFloatsAsync("histogram_edges", Cancellation)).Where((_, i) => i is 0 or 1 or 5));
    }

    [Fact]
    public async Task SummaryFile_ReadsBack()
    {
        using var folder = new TemporaryFolder();
        var (summary, run) = await WriteAsync(folder, contexts: null);

        var json = await File.ReadAllBytesAsync(Path.Combine(run.Path, RunSummary.FileName), Cancellation);
        Assert.Equal(summary.ToJson(), json);
        Assert.Equal(json, RunSummary.Parse(json, "summary.json").ToJson());
        Assert.Throws<InvalidInputException>(() => RunSummary.Parse("[]"u8, "summary.json"));
    }

    private static async Task<(RunSummary Summary, ResultDirectory Run)> WriteAsync(TemporaryFolder folder, IExampleContextSource? contexts)
    {
        var merged = await Fixture.WriteAsync(folder.File("merged"), 0, Fixture.Sequences, 4);
        var run = new ResultDirectory(folder.File("run"));
        var options = new SummaryOptions
        {
            Dataset = "demo",
            Recipe = "mine",
            Shards = Shards,
            StrongestLatents = 4,
            Contexts = contexts,
            Published = new Dictionary<AutoencoderKey, PublishedFigures> { [ResultFixture.Autoencoder] = Published },
        };
        return (await RunSummaryWriter.WriteAsync(merged, options, run, Cancellation), run);
    }

    private static async Task<MemoryByteSource> ShardBytesAsync(int index)
    {
        int[] lengths = index == 0 ? [5, 3, 7] : [1, 6, 4];
        var first = index == 0 ? 1000L : 1015L;
        using var stream = new MemoryStream();
        await using var writer = await SafetensorsWriter.CreateAsync(
            stream,
            [
                new TensorSpec("tokens", TensorDtype.I64, [lengths.Sum()]),
                new TensorSpec("sequence_lengths", TensorDtype.I32, [lengths.Length]),
            ],
            null,
            Cancellation);
        await writer.WriteAsync(Enumerable.Range(0, lengths.Sum()).Select(i => first + i).ToArray(), Cancellation);
        await writer.WriteAsync(lengths, Cancellation);
        await writer.CompleteAsync(Cancellation);
        return new MemoryByteSource($"shard {index}", stream.ToArray());
    }
}
