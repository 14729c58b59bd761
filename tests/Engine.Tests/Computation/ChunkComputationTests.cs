using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Computation;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Encoding.Screening;
using AeServerless.Engine.Encoding.Sparse;
using AeServerless.Engine.Planning;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Runtime;
using AeServerless.Engine.Scalars;
using AeServerless.Engine.Statistics;
using AeServerless.Engine.Tests.Fixtures;
using CsCheck;

namespace AeServerless.Engine.Tests.Computation;

/// <summary>Tiles side by side: their order, and what becomes of a chunk when one of them fails.</summary>
public sealed class ChunkComputationTests
{
    private const int Tokens = 60;

    private static readonly ChunkRange Whole = new(0, 0, Tokens, 0, [20, 20, 20]);
    private static readonly EngineOptions SmallTiles = new() { TileTokens = 4, ReadBufferBytes = 4000, Threads = 3 };

    [Fact]
    public async Task ResultsComeInTheOrderOfTokens_OneTileAtATime()
    {
        var (world, plan) = await CreateAsync();
        using var weights = await PlanWeightsLoader.LoadAsync(plan, world.OpenAsync, CancellationToken.None);
        using var computation = new ChunkComputation(plan, weights, TestEngine.With(SmallTiles));
        for (var round = 0; round < 50; round++)
        {
            var consumer = new RecordingConsumer();
            await computation.ComputeAsync(world, Whole, consumer, CancellationToken.None);
            Assert.Equal(Tokens / SmallTiles.TileTokens, consumer.FirstRows.Count);
            Assert.Equal(consumer.FirstRows.Order(), consumer.FirstRows);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(24)]
    [InlineData(56)]
    public async Task ConsumerThatFails_EndsTheChunkWithItsError_AndTheNextOneIsWhole(int row)
    {
        var (world, plan) = await CreateAsync();
        await FailThenComputeAsync(world, plan, world, new RecordingConsumer { FailAt = row }, "the consumer's");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(30)]
    [InlineData(59)]
    public async Task RowThatCannotBeRead_EndsTheChunkWithItsError_AndTheNextOneIsWhole(int row)
    {
        var (world, plan) = await CreateAsync();
        await FailThenComputeAsync(world, plan, new BrokenRows(world, row), new RecordingConsumer(), "the source's");
    }

    [Fact]
    public async Task Cancelled_EndsAtOnce()
    {
        var (world, plan) = await CreateAsync();
        using var weights = await PlanWeightsLoader.LoadAsync(plan, world.OpenAsync, CancellationToken.None);
        using var computation = new ChunkComputation(plan, weights, TestEngine.With(SmallTiles));
        using var cancellation = new CancellationTokenSource();
        var consumer = new RecordingConsumer
        {
            Delivered = firstRow =>
            {
                if (firstRow == 8)
                {
                    cancellation.Cancel();
                }
            }
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => computation.ComputeAsync(world, Whole, consumer, cancellation.Token));
        Assert.True(consumer.FirstRows.Count < Tokens / SmallTiles.TileTokens);
    }

    [Fact]
    public void Cut_GivesEveryTokenToOneTileAndEveryThreadTheSame() =>
        Gen.Select(Gen.Int[1, 50].Array[1, 30], Gen.Int[1, 9], Gen.Int[1, 64], Gen.Int[1, 300], Gen.Bool)
            .Sample((lengths, threads, most, window, whole) =>
        {
            var range = new ChunkRange(0, 0, lengths.Sum(), 0, lengths);
            var plan = TileSchedule.Cut(range, threads, most, window, whole);
            Assert.Equal(plan.Windows.Sum(w => w.Tiles), plan.Tiles.Count);
            var (row, sequence, position) = (0, 0, 0);
            foreach (var tile in plan.Tiles)
            {
                Assert.Equal(row, tile.FirstRow);
                Assert.Equal(row, plan.Windows[tile.Window].FirstRow + tile.RowInWindow);
                foreach (var slice in tile.Sequences)
                {
                    Assert.Equal((row - tile.FirstRow, position), (slice.FirstRow, slice.FirstPosition));
                    (row, position) = (row + slice.Tokens, position + slice.Tokens);
                    (sequence, position) = position == lengths[sequence] ? (sequence + 1, 0) : (sequence, position);
                    Assert.True(!whole || position == 0);
                }
            }

            Assert.Equal(range.Tokens, row);
            if (!whole)
            {
                var sizes = plan.Tiles.Select(tile => tile.Sequences.Sum(slice => slice.Tokens)).ToList();
                Assert.All(sizes, size => Assert.InRange(size, 1, most));
                Assert.All(sizes.SkipLast(1), size => Assert.Equal(sizes[0], size));

                // While the tiles of one window are computed the next is read: with fewer tiles than threads some would wait for it.
                Assert.All(plan.Windows.SkipLast(1), w => Assert.True(w.Tiles >= threads || window < threads));
            }
        });

    [Fact]
    public void WorkBegunByAMemberOfATeam_IsItsOwn()
    {
        var team = TestEngine.Team(2);
        var (inner, outside) = (0, 0);
        team.Run(2, (_, _) =>
        {
            var own = Environment.CurrentManagedThreadId;
            Assert.Equal(1, team.AvailableThreads);
            team.Run(5, (lane, _) =>
            {
                Interlocked.Increment(ref inner);
                Interlocked.Add(ref outside, lane != 0 || Environment.CurrentManagedThreadId != own ? 1 : 0);
            });
        });
        Assert.Equal((10, 0, 2), (inner, outside, team.AvailableThreads));
    }

    [Fact]
    public async Task ChunkThatBeginsWithTheLastTileOfAnother_AndThatOther_HaveTheResultsOfEachAlone()
    {
        var (world, plan) = await CreateAsync();
        var expected = await world.ComputeAsync(plan, new EngineOptions { Threads = 1 }, Whole);
        using var weights = await PlanWeightsLoader.LoadAsync(plan, world.OpenAsync, CancellationToken.None);
        using var first = new ChunkComputation(plan, weights, TestEngine.With(SmallTiles));
        using var second = first.Beside();
        for (var round = 0; round < 20; round++)
        {
            var (one, other) = (new CollectedChunk(), new CollectedChunk());
            var begins = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var computing = first.ComputeAsync(world, Whole, one, begins.SetResult, CancellationToken.None);
            await begins.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
            await second.ComputeAsync(world, Whole, other, lastTileStarted: null, CancellationToken.None);
            await computing;
            Assert.All(expected.Values, values => Assert.Equal(values.Value, one[values.Key.Item1, values.Key.Item2]));
            Assert.All(expected.Values, values => Assert.Equal(values.Value, other[values.Key.Item1, values.Key.Item2]));
        }
    }

    [Fact]
    public async Task ThreadsThatShareTheStepsOfATile_HandNothingOver()
    {
        var (world, plan) = await CreateAsync();
        using var weights = await PlanWeightsLoader.LoadAsync(plan, world.OpenAsync, CancellationToken.None);
        using var computation = new ChunkComputation(plan, weights, TestEngine.With(new EngineOptions { Threads = 1 }));
        await computation.ComputeAsync(world, Whole, new CollectedChunk(), () => Assert.Fail("Handed over."), CancellationToken.None);
    }

    [Fact]
    public async Task Screenings_AreThoseOfTheChunk()
    {
        var (world, plan) = await CreateAsync();
        using var weights = await PlanWeightsLoader.LoadAsync(plan, world.OpenAsync, CancellationToken.None);
        using var computation = new ChunkComputation(plan, weights, TestEngine.With(SmallTiles));
        Assert.Empty(computation.Screenings);
        await computation.ComputeAsync(world, Whole, new CollectedChunk(), CancellationToken.None);
        Assert.NotEmpty(computation.Screenings);
        Assert.DoesNotContain(ScreeningFormat.Auto, computation.Screenings);
        await Assert.ThrowsAsync<InvalidInputException>(
            () => computation.ComputeAsync(new BrokenRows(world, 0), Whole, new CollectedChunk(), CancellationToken.None));
        Assert.Empty(computation.Screenings);
    }

    private static async Task FailThenComputeAsync(
        RandomWorld world, DerivationPlan plan, IRowSource source, IChunkConsumer consumer, string message)
    {
        var expected = await world.ComputeAsync(plan, new EngineOptions { Threads = 1 }, Whole);
        using var weights = await PlanWeightsLoader.LoadAsync(plan, world.OpenAsync, CancellationToken.None);
        using var computation = new ChunkComputation(plan, weights, TestEngine.With(SmallTiles));
        var error = await Assert.ThrowsAsync<InvalidInputException>(
            () => computation.ComputeAsync(source, Whole, consumer, CancellationToken.None));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        var collected = new CollectedChunk();
        await computation.ComputeAsync(world, Whole, collected, CancellationToken.None);
        Assert.Equal(expected.Values.Keys, collected.Values.Keys);
        Assert.All(expected.Values, values => Assert.Equal(values.Value, collected[values.Key.Item1, values.Key.Item2]));
    }

    private static async Task<(RandomWorld World, DerivationPlan Plan)> CreateAsync()
    {
        var world = await RandomWorld.CreateAsync(8, Tokens);
        var request = new DerivedScalarRequest { Type = "online_autoencoder_act_times_grad", Autoencoder = "neurons", Layers = [1] };
        return (world, DerivationPlan.Create(RandomWorld.Recipe(null, request), world.Context()));
    }

    private sealed class BrokenRows(IRowSource rows, int broken) : IRowSource
    {
        public async ValueTask ReadRowsAsync(
            string tensor, int width, long firstRow, Memory<float> destination, CancellationToken cancellationToken)
        {
            await Task.Yield();
            if (firstRow <= broken && broken < firstRow + (destination.Length / width))
            {
                throw new InvalidInputException("rows", "the source's");
            }

            await rows.ReadRowsAsync(tensor, width, firstRow, destination, cancellationToken);
        }
    }

    private sealed class RecordingConsumer : IChunkConsumer
    {
        private int _inside;

        public int FailAt { get; init; } = -1;

        public Action<int> Delivered { get; init; } = _ => { };

        public List<int> FirstRows { get; } = [];

        public void Begin(ChunkRange range)
        {
        }

        public void Sparse(DerivedOutput output, int firstRow, SparseLatents tile)
        {
            Assert.Equal(1, Interlocked.Increment(ref _inside));
            FirstRows.Add(firstRow);
            Delivered(firstRow);
            if (firstRow == FailAt)
            {
                throw new InvalidInputException("output", "the consumer's");
            }

            Interlocked.Decrement(ref _inside);
        }

        public void Vectors(DerivedOutput output, int firstRow, SparseLatents tile, ReadOnlySpan<float> vectors)
        {
        }

        public void Dense(DerivedOutput output, int firstRow, int tokens, ReadOnlySpan<float> values)
        {
        }

        public void Tokens(AutoencoderKey autoencoder, int firstRow, in TokenMetricsTile tile)
        {
        }

        public void Excluded(DerivedOutput output, ExclusionReason reason, int firstRow, ReadOnlySpan<int> tokens)
        {
        }
    }
}
