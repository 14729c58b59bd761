using AeServerless.Engine.IO;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Results;
using AeServerless.Engine.Results.Chunks;
using AeServerless.Engine.Tensors;
using AeServerless.Engine.Tests.Fixtures;
using AeServerless.TestSupport;
using CsCheck;

namespace AeServerless.Engine.Tests.Results.Chunks;

public sealed class ChunkResultWriterTests
{
    private static readonly ResultFixture Fixture = ResultFixture.Fixed;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Latents_AreCompressedRows()
    {
        using var folder = new TemporaryFolder();
        var result = await Fixture.WriteAsync(folder.File("all"), 0, Fixture.Sequences, 4);

        var file = await OpenAsync(result, ResultNames.Latents("effect", 2));
        var starts = await file.ReadInt64Async("indptr", Cancellation);
        var indices = await file.ReadInt32Async("indices", Cancellation);
        var values = await file.ReadFloatsAsync("values", Cancellation);
        var lengths = await file.ReadInt32Async("sequence_lengths", Cancellation);
        Assert.Equal(Fixture.Tokens + 1, starts.Length);
        Assert.Equal(Fixture.Tokens, lengths.Sum());
        for (var token = 0; token < Fixture.Tokens; token++)
        {
            var row = Enumerable.Range((int)starts[token], (int)(starts[token + 1] - starts[token]));
            var expected = Enumerable.Range(0, ResultFixture.Latents).Where(
                latent => !ResultFixture.IsBad(token) && Fixture.Values[token][latent] != 0);
            Assert.Equal(
                expected.Select(latent => (latent, ResultFixture.EffectOf(Fixture.Values[token][latent], token))),
                row.Select(i => (indices[i], values[i])));
        }
    }

    [Fact]
    public async Task Vectors_HaveARowAPair()
    {
        using var folder = new TemporaryFolder();
        var result = await Fixture.WriteAsync(folder.File("all"), 0, Fixture.Sequences, 4);

        var file = await OpenAsync(result, ResultNames.Latents("write", 2));
        var pairs = file.Tensors["indices"].Rows;
        Assert.Equal([pairs, ResultFixture.VectorWidth], file.Tensors["values"].Shape);
    }

    [Fact]
    public async Task DenseValues_HaveARowAToken()
    {
        using var folder = new TemporaryFolder();
        var result = await Fixture.WriteAsync(folder.File("all"), 0, Fixture.Sequences, 4);

        var values = (await OpenAsync(result, ResultNames.Latents("error", 2))).Tensors["values"];
        var norms = await OpenAsync(result, ResultNames.Norms("error", 2));
        Assert.Equal([Fixture.Tokens, ResultFixture.Inputs], values.Shape);
        Assert.Equal([Fixture.Tokens], norms.Tensors["l2_norm"].Shape);
        Assert.Equal([Fixture.Tokens], norms.Tensors["sum"].Shape);
    }

    [Fact]
    public async Task OutputOfZeros_HasEmptyRowsAndCountsItsTokens()
    {
        using var folder = new TemporaryFolder();
        var result = await Fixture.WriteAsync(folder.File("all"), 0, Fixture.Sequences, 4);

        var latents = await OpenAsync(result, ResultNames.Latents("zero", 3));
        Assert.All(await latents.ReadInt64Async("indptr", Cancellation), start => Assert.Equal(0, start));
        Assert.Equal(Fixture.Tokens + 1, latents.Tensors["indptr"].Rows);
        var statistics = await OpenAsync(result, ResultNames.Statistics("zero", 3));
        Assert.Equal(Fixture.Tokens, (await statistics.ReadInt64Async("totals", Cancellation))[0]);
        Assert.Equal("after the trace", statistics.Metadata["zero_reason"]);
    }

    [Fact]
    public async Task TokenMetrics_MarkTokensLeftOut()
    {
        using var folder = new TemporaryFolder();
        var result = await Fixture.WriteAsync(folder.File("all"), 0, Fixture.Sequences, 4);

        var file = await OpenAsync(result, ResultNames.Tokens("mlp_autoencoder_latent", 2));
        var errors = await file.ReadFloatsAsync("mean_squared_error", Cancellation);
        Assert.Equal(Enumerable.Range(0, Fixture.Tokens).Select(ResultFixture.IsBad), errors.Select(float.IsNaN));
    }

    [Fact]
    public async Task Outputs_ChooseTheFiles()
    {
        using var folder = new TemporaryFolder();
        var none = await Fixture.WriteAsync(folder.File("none"), 0, Fixture.Sequences, 4, RecipeOutputs.None);
        var latents = await Fixture.WriteAsync(folder.File("latents"), 0, Fixture.Sequences, 4, RecipeOutputs.Latents);
        var tokens = await Fixture.WriteAsync(folder.File("tokens"), 0, Fixture.Sequences, 4, RecipeOutputs.Tokens);

        Assert.Equal(["autoencoders/mlp_autoencoder_latent/2.safetensors", "totals.safetensors"], none.Names);
        Assert.Equal(
            [
                "latents/effect/2.safetensors", "latents/error/2.safetensors", "latents/latent/2.safetensors",
                "latents/write/2.safetensors", "latents/zero/3.safetensors",
            ],
            latents.Names.Except(none.Names));
        Assert.Equal(["norms/error/2.safetensors", "tokens/mlp_autoencoder_latent/2.safetensors"], tokens.Names.Except(none.Names));
    }

    [Fact]
    public async Task StatisticsOfMoreThanFitsInMemory_AreTheSame() =>
        await Gen.Select(ResultFixture.Any, Gen.Int[1, 60], Gen.Int[0, 2 * ResultFixture.Latents], Gen.Int[1, 8]).SampleAsync(
            async (fixture, maxPending, mostStates, tileTokens) =>
            {
                using var folder = new TemporaryFolder();
                var whole = await fixture.WriteAsync(folder.File("whole"), 0, fixture.Sequences, 4);
                var (outputs, options, wanted) = (ResultFixture.Outputs, ResultFixture.Options, ResultFixture.Everything);
                using var writer = new ChunkResultWriter(
                    outputs, options, wanted, TestEngine.WithThreads(2), maxPending, mostStates);

                // A chunk that is given up leaves nothing to the next.
                fixture.Add(writer, 0, fixture.Sequences, tileTokens);
                fixture.Add(writer, 0, fixture.Sequences, tileTokens);
                var parts = new ResultDirectory(folder.File("parts"));
                await writer.CompleteAsync(parts, Cancellation);

                Assert.Equal(whole.Names, parts.Names);
                Assert.All(whole.Names, name => Assert.Equal(
                    File.ReadAllBytes(Path.Combine(whole.Path, name)), File.ReadAllBytes(Path.Combine(parts.Path, name))));
            },
            iter: 20, threads: 1);

    [Fact]
    public async Task MoreThanABlock_WaitsInAFileAndComesBackInOrder()
    {
        using var buffer = new SpillBuffer<int>();
        var random = new Random(1);
        var expected = Enumerable.Range(0, 700_000).ToArray();
        for (var at = 0; at < expected.Length;)
        {
            var count = Math.Min(random.Next(1, 300_000), expected.Length - at);
            buffer.Append(expected.AsSpan(at, count));
            at += count;
        }

        var actual = new List<int>();
        await buffer.WriteAsync(
            (values, _) =>
            {
                actual.AddRange(values.Span);
                return Task.CompletedTask;
            },
            Cancellation);

        Assert.Equal(expected.Length, buffer.Count);
        Assert.Equal(expected, actual);
    }

    private static async Task<SafetensorsFile> OpenAsync(ResultDirectory directory, string name)
    {
        var bytes = await File.ReadAllBytesAsync(Path.Combine(directory.Path, name), Cancellation);
        return await SafetensorsFile.OpenAsync(new MemoryByteSource(name, bytes), Cancellation);
    }
}
