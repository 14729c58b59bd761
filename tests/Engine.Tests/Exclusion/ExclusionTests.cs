using System.Globalization;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.IO;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Results;
using AeServerless.Engine.Results.Summary;
using AeServerless.Engine.Statistics;
using AeServerless.Engine.Tensors;
using AeServerless.Engine.Tests.Results;
using AeServerless.TestSupport;

namespace AeServerless.Engine.Tests.Exclusion;

/// <summary>Tokens that a recipe or a dataset keeps out of statistics.</summary>
public sealed class ExclusionTests
{
    private const double NormAbove = 1.1;
    private const string All = """, "exclude": { "positions": [0, 5], "tokenIds": [7, 50], "normAbove": 1.1 }""";
    private const string Latent = "mlp_autoencoder_latent";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(All, false)]
    [InlineData(All, true)]
    [InlineData("", true)]
    public async Task ChunksAndTiles_ChangeNoByte(string exclude, bool isMasked)
    {
        using var folder = new TemporaryFolder();
        using var dataset = await GoldenDataset.CreateAsync(Cancellation, exclude, isMasked);
        var whole = await dataset.RunAsync(folder, "whole", int.MaxValue, 256, Cancellation);

        foreach (var (name, chunkTokens, tileTokens) in new[] { ("each", 1, 256), ("some", 60, 7) })
        {
            var chunked = await dataset.RunAsync(folder, name, chunkTokens, tileTokens, Cancellation);

            Assert.Equal(whole.Names, chunked.Names);
            Assert.All(whole.Names, file => Assert.Equal(
                File.ReadAllBytes(Path.Combine(whole.Path, file)), File.ReadAllBytes(Path.Combine(chunked.Path, file))));
        }
    }

    [Theory]
    [InlineData(All, true)]
    [InlineData(All, false)]
    [InlineData("", true)]
    public async Task ExcludedTokens_AreMarkedInTheirRows_CountedByReason_AndInNoStatistic(string exclude, bool isMasked)
    {
        using var folder = new TemporaryFolder();
        using var dataset = await GoldenDataset.CreateAsync(Cancellation, exclude, isMasked);
        var merged = await dataset.RunAsync(folder, "merged", 50, 16, Cancellation);
        var summary = await SummariseAsync(merged, dataset, folder);
        var expected = Expected(dataset, exclude.Length > 0, isMasked);

        using var latents = await OpenResult.OpenAsync(merged, ResultNames.Latents(Latent, 1), Cancellation);
        Assert.Equal(expected, await MarksAsync(latents.File));
        using var tokens = await OpenResult.OpenAsync(merged, ResultNames.Tokens(Latent, 1), Cancellation);
        Assert.Equal(expected, await MarksAsync(tokens.File));

        var scalar = summary.Scalars.Single(one => one.Scalar == Latent);
        Assert.Equal(Counts(expected), scalar.Excluded);
        Assert.All(summary.Scalars, one => Assert.Equal(Counts(expected), one.Excluded));
        var counted = Enumerable.Range(0, dataset.Tokens)
            .Where(token => expected[token] == TokenMark.Counts && token != GoldenDataset.BadToken).ToArray();
        Assert.Equal(counted.Length, scalar.Tokens);
        var rows = await latents.File.ReadInt64Async("indptr", Cancellation);
        Assert.Equal(counted.Sum(token => rows[token + 1] - rows[token]), scalar.NonZeros);

        var autoencoder = Assert.Single(summary.Autoencoders);
        Assert.Equal(counted.Length, autoencoder.Tokens);
        var errors = await tokens.File.ReadFloatsAsync("mean_squared_error", Cancellation);
        Assert.Equal(counted.Average(token => (double)errors[token]), autoencoder.MeanSquaredError!.Value, 1e-6);
        Assert.Equal(counted.Average(token => (double)(rows[token + 1] - rows[token])), autoencoder.ActiveLatents!.Value, 1e-9);
    }

    [Fact]
    public async Task RowsOfExcludedTokens_AreThoseOfARecipeWithoutExclusions()
    {
        using var folder = new TemporaryFolder();
        using var plain = await GoldenDataset.CreateAsync(Cancellation);
        using var excluding = await GoldenDataset.CreateAsync(Cancellation, All);
        var without = await plain.RunAsync(folder, "plain", 50, 16, Cancellation);
        var with = await excluding.RunAsync(folder, "excluding", 50, 16, Cancellation);

        foreach (var name in without.Names.Where(name => ResultNames.ContentsOf(name) == ResultContents.PerToken))
        {
            using var expected = await OpenResult.OpenAsync(without, name, Cancellation);
            using var actual = await OpenResult.OpenAsync(with, name, Cancellation);
            Assert.DoesNotContain("excluded", expected.File.Tensors.Keys);
            foreach (var entry in expected.File.Tensors.Values)
            {
                Assert.Equal(await BytesAsync(expected.File, entry.Name), await BytesAsync(actual.File, entry.Name));
            }
        }
    }

    [Fact]
    public void ScalarsExclusion_TakesThePlaceOfTheRecipes()
    {
        var recipe = Recipe.Parse(
            """
            { "exclude": { "positions": [5, 0] },
              "derivedScalars": ["a", { "type": "b", "exclude": {} }, { "type": "c", "exclude": { "tokenIds": [9, 3, 9] } }] }
            """u8,
            "recipe");

        Assert.Contains(
            "\"exclude\":{\"normAbove\":null,\"positions\":[0,5],\"tokenIds\":[]}",
            System.Text.Encoding.UTF8.GetString(recipe.ToNormalisedJson()),
            StringComparison.Ordinal);
        Assert.Null(recipe.DerivedScalars[0].Exclude);
        Assert.True(recipe.DerivedScalars[1].Exclude!.IsEmpty);
        Assert.Equal([3, 9], recipe.DerivedScalars[2].Exclude!.TokenIds);
    }

    [Fact]
    public async Task ScalarWithAnExclusionOfItsOwn_CountsOtherTokensThanTheRest()
    {
        using var folder = new TemporaryFolder();
        using var dataset = await GoldenDataset.CreateAsync(
            Cancellation,
            """, "exclude": { "positions": [0] }""",
            scalars: """, { "type": "mlp_autoencoder_latent", "name": "all", "exclude": {} }""");
        var summary = await SummariseAsync(await dataset.RunAsync(folder, "merged", 50, 16, Cancellation), dataset, folder);

        Assert.Equal(dataset.Lengths.Length, summary.Scalars.Single(one => one.Scalar == Latent).Excluded!.Positions);
        Assert.Null(summary.Scalars.Single(one => one.Scalar == "all").Excluded);
        Assert.Equal(dataset.Tokens - 1, summary.Scalars.Single(one => one.Scalar == "all").Tokens);
    }

    [Fact]
    public void RecipeWithoutExclusions_KeepsItsCanonicalBytes() => Assert.DoesNotContain(
        "exclude", System.Text.Encoding.UTF8.GetString(Recipe.Parse("""{ "derivedScalars": ["a"] }"""u8, "recipe").ToResultJson()), StringComparison.Ordinal);

    [Fact]
    public async Task Plan_TellsWhatIsExcluded()
    {
        using var dataset = await GoldenDataset.CreateAsync(Cancellation, All, isMasked: false);
        using var plain = await GoldenDataset.CreateAsync(Cancellation, "", isMasked: true);

        Assert.Contains(
            "positions 0, 5; ids 7, 50; norms above 1.1 times the median of the shard", dataset.Plan.Describe(), StringComparison.Ordinal);
        Assert.Contains("Norms are taken beforehand", dataset.Plan.Describe(), StringComparison.Ordinal);
        Assert.DoesNotContain("out of statistics", plain.Plan.Describe(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task MedianNorm_IsRecordedOnceAShard()
    {
        using var folder = new TemporaryFolder();
        using var dataset = await GoldenDataset.CreateAsync(Cancellation, All);
        var merged = await dataset.RunAsync(folder, "merged", 1, 16, Cancellation);

        var norm = Assert.Single((await SummariseAsync(merged, dataset, folder)).MedianNorms);

        Assert.Equal((Latent, 1, 0L), (norm.Autoencoder, norm.Layer, norm.FirstSequence));
        Assert.Equal(Median(Norms(dataset)), norm.Norm, 1e-9);
    }

    [Theory]
    [InlineData(TensorDtype.F32, 0, "is F32 [4]; U8 with one dimension is needed")]
    [InlineData(TensorDtype.U8, 1, "has 5 elements, but the shard has 4 tokens")]
    public async Task MaskThatDoesNotFit_IsRefused(TensorDtype dtype, int more, string expected)
    {
        using var stream = new MemoryStream();
        TensorSpec[] specs =
            [new("tokens", TensorDtype.I64, [4]), new("sequence_lengths", TensorDtype.I32, [1]), new("mask", dtype, [4 + more])];
        await using var writer = await SafetensorsWriter.CreateAsync(stream, specs, null, Cancellation);
        await writer.WriteAsync(new long[4], Cancellation);
        await writer.WriteAsync(new[] { 4 }, Cancellation);
        await (
            dtype == TensorDtype.F32 ? writer.WriteAsync(new float[4], Cancellation) : writer.WriteAsync(new byte[4 + more], Cancellation));

        var error = await Assert.ThrowsAsync<InvalidInputException>(() => Shard.OpenAsync(
            new MemoryByteSource("s", stream.ToArray()), new ShardReference("s", 4, 1), Cancellation));

        Assert.Contains($"'mask': {expected}", error.Message, StringComparison.Ordinal);
    }

    private static async Task<RunSummary> SummariseAsync(ResultDirectory merged, GoldenDataset dataset, TemporaryFolder folder) =>
        await RunSummaryWriter.WriteAsync(
            merged,
            new SummaryOptions { Dataset = "made-up", Shards = [new ShardReference("shard", dataset.Tokens, dataset.Lengths.Length)] },
            new ResultDirectory(folder.File("run")),
            Cancellation);

    private static async Task<TokenMark[]> MarksAsync(SafetensorsFile file) =>
        [.. (await BytesAsync(file, "excluded")).Select(mark => (TokenMark)mark)];

    private static async Task<byte[]> BytesAsync(SafetensorsFile file, string name)
    {
        var entry = file.GetTensor(name);
        var bytes = new byte[entry.Length];
        await file.Source.ReadAsync(entry.Offset, bytes, Cancellation);
        return bytes;
    }

    private static ExcludedSummary Counts(TokenMark[] marks) => new(
        marks.Count(mark => mark == TokenMark.Masked),
        marks.Count(mark => mark == TokenMark.Position),
        marks.Count(mark => mark == TokenMark.TokenId),
        marks.Count(mark => mark == TokenMark.Norm));

    private static TokenMark[] Expected(GoldenDataset dataset, bool excludes, bool isMasked)
    {
        int[] positions = [.. dataset.Lengths.SelectMany(length => Enumerable.Range(0, length))];
        var norms = Norms(dataset);
        var limit = NormAbove * Median(norms);
        TokenMark[] marks =
        [
            .. Enumerable.Range(0, dataset.Tokens).Select(token => isMasked && token % 7 == 3 ? TokenMark.Masked
                : !excludes ? TokenMark.Counts
                : positions[token] is 0 or 5 ? TokenMark.Position
                : token % 101 is 7 or 50 ? TokenMark.TokenId
                : norms[token] > limit ? TokenMark.Norm
                : TokenMark.Counts),
        ];
        Assert.True(!excludes || marks.Count(mark => mark == TokenMark.Norm) > 3, string.Create(CultureInfo.InvariantCulture, $"{limit}"));
        return marks;
    }

    private static double[] Norms(GoldenDataset dataset) =>
    [
        .. Enumerable.Range(0, dataset.Tokens).Select(token => Math.Sqrt(Enumerable.Range(0, GoldenDataset.Neurons)
            .Sum(n => Math.Pow(dataset.Activations[(token * GoldenDataset.Neurons) + n], 2)))),
    ];

    private static double Median(double[] norms)
    {
        double[] sorted = [.. norms.Where(double.IsFinite).Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
