using AeServerless.Engine.IO;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Results;
using AeServerless.Engine.Results.Merging;
using AeServerless.TestSupport;
using CsCheck;

namespace AeServerless.Engine.Tests.Results.Merging;

public sealed class ResultMergerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AnyChunkingAndGrouping_GivesTheSameBytes() =>
        await Gen.Select(ResultFixture.Any, Gen.Int[1, 9], Gen.Int[1, 9], Gen.Int).SampleAsync(
            async (fixture, tileA, tileB, seed) =>
            {
                using var folder = new TemporaryFolder();
                var whole = await fixture.WriteAsync(folder.File("whole"), 0, fixture.Sequences, tileA);
                var random = new Random(seed);
                var cuts = Enumerable.Range(1, fixture.Sequences - 1).Where(_ => random.Next(2) == 0).Append(fixture.Sequences).ToList();
                var parts = new List<IResultSource>();
                foreach (var cut in cuts)
                {
                    var first = parts.Count == 0 ? 0 : cuts[parts.Count - 1];
                    parts.Add(await fixture.WriteAsync(folder.File($"part{parts.Count}"), first, cut, tileB));
                }

                var merged = await MergeTreeAsync(parts, folder, random);

                AssertSameFiles(whole, merged);
            },
            iter: 10, threads: 1);

    [Fact]
    public async Task HoweverFewFilesAndLatentsAreTakenAtOnce_TheBytesAreTheSame() =>
        await Gen.Select(ResultFixture.Any, Gen.Int[1, 30_000], Gen.Int[1, ResultFixture.Latents]).SampleAsync(
            async (fixture, mostBytes, latentsAtOnce) =>
            {
                using var folder = new TemporaryFolder();
                var whole = await fixture.WriteAsync(folder.File("whole"), 0, fixture.Sequences, 4);
                var parts = new List<IResultSource>();
                for (var sequence = 0; sequence < fixture.Sequences; sequence++)
                {
                    parts.Add(await fixture.WriteAsync(folder.File($"part{sequence}"), sequence, sequence + 1, 4));
                }

                var merged = new ResultDirectory(folder.File("merged"));
                var merger = new StatisticsMerger(
                    parts, [.. Enumerable.Range(0, parts.Count).Select(part => (long)part)], mostBytes, latentsAtOnce);
                var names = whole.Names.Where(ResultNames.IsStatistics).ToList();
                foreach (var name in names)
                {
                    await merger.MergeAsync(name, merged, Cancellation);
                }

                Assert.Equal(names, merged.Names);
                AssertSameFiles(whole, merged, names);
            },
            iter: 10, threads: 1);

    [Fact]
    public async Task OnePart_IsCopied()
    {
        using var folder = new TemporaryFolder();
        var fixture = ResultFixture.Fixed;
        var whole = await fixture.WriteAsync(folder.File("whole"), 0, fixture.Sequences, 3);
        var merged = new ResultDirectory(folder.File("merged"));
        await ResultMerger.MergeAsync([whole], merged, Cancellation);

        AssertSameFiles(whole, merged);
    }

    [Fact]
    public async Task Contents_ChooseWhatIsMerged()
    {
        using var folder = new TemporaryFolder();
        var fixture = ResultFixture.Fixed;
        var whole = await fixture.WriteAsync(folder.File("whole"), 0, fixture.Sequences, 3);
        var (aggregates, perToken) = (new ResultDirectory(folder.File("aggregates")), new ResultDirectory(folder.File("per-token")));
        await ResultMerger.MergeAsync([whole], aggregates, Cancellation, ResultContents.Aggregates);
        await ResultMerger.MergeAsync([whole], perToken, Cancellation, ResultContents.PerToken);

        Assert.Contains(ResultNames.Totals, aggregates.Names);
        Assert.Contains(ResultNames.Statistics("latent", 2), aggregates.Names);
        Assert.Contains(ResultNames.Latents("latent", 2), perToken.Names);
        Assert.Empty(aggregates.Names.Intersect(perToken.Names));
        Assert.Equal(whole.Names, aggregates.Names.Union(perToken.Names).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task SameTokensElsewhereInADataset_GiveTheSameBytes()
    {
        using var folder = new TemporaryFolder();
        var fixture = ResultFixture.Fixed;

        AssertSameFiles(
            await fixture.WriteAsync(folder.File("first"), 1, 2, 3),
            await fixture.WriteAsync(folder.File("elsewhere"), 1, 2, 3, sequencesBefore: 70_000));
    }

    [Fact]
    public async Task DamagedPart_IsNamed()
    {
        using var folder = new TemporaryFolder();
        var fixture = ResultFixture.Fixed;
        var left = await fixture.WriteAsync(folder.File("left"), 0, 1, 3);
        var right = await fixture.WriteAsync(folder.File("right"), 1, 2, 3);
        var damaged = Path.Combine(right.Path, ResultNames.Statistics("latent", 2));
        var text = System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(damaged));
        File.WriteAllBytes(
            damaged, System.Text.Encoding.Latin1.GetBytes(text.Replace("top_lengths", "top_lengthz", StringComparison.Ordinal)));

        var error = await Assert.ThrowsAsync<InvalidInputException>(
            () => ResultMerger.MergeAsync([left, right], new ResultDirectory(folder.File("merged")), Cancellation));
        Assert.Contains("tensor 'top_lengths': is missing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PartsOfDifferentRecipes_AreRefused()
    {
        using var folder = new TemporaryFolder();
        var fixture = ResultFixture.Fixed;
        var left = await fixture.WriteAsync(folder.File("left"), 0, 1, 3);
        var right = await fixture.WriteAsync(folder.File("right"), 1, 2, 3, RecipeOutputs.Statistics);

        var error = await Assert.ThrowsAsync<InvalidInputException>(
            () => ResultMerger.MergeAsync([left, right], new ResultDirectory(folder.File("merged")), Cancellation));
        Assert.Contains("they must be of one recipe", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Merges neighbours at random until one result is left.</summary>
    private static async Task<IResultSource> MergeTreeAsync(List<IResultSource> parts, TemporaryFolder folder, Random random)
    {
        for (var step = 0; parts.Count > 1; step++)
        {
            var count = random.Next(2, Math.Min(parts.Count, 4) + 1);
            var first = random.Next(parts.Count - count + 1);
            var merged = new ResultDirectory(folder.File($"merged{step}"));
            await ResultMerger.MergeAsync(parts.GetRange(first, count), merged, Cancellation);
            parts.RemoveRange(first, count);
            parts.Insert(first, merged);
        }

        return parts[0];
    }

    private static void AssertSameFiles(IResultSource expected, IResultSource actual)
    {
        Assert.Equal(expected.Names, actual.Names);
        AssertSameFiles(expected, actual, expected.Names);
    }

    private static void AssertSameFiles(IResultSource expected, IResultSource actual, IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            Assert.Equal(
                File.ReadAllBytes(Path.Combine(((ResultDirectory)expected).Path, name)),
                File.ReadAllBytes(Path.Combine(((ResultDirectory)actual).Path, name)));
        }
    }
}
