using AeServerless.Bench.Scale;
using AeServerless.Functions.Merging;
using AeServerless.Functions.Planning;
using CsCheck;

namespace AeServerless.Infra.Tests.Scale;

public sealed class ScaleSimulatorTests
{
    private static readonly Gen<ScaleInputs> Inputs =
        from chunks in Gen.Int[1, 3_000]
        from workers in Gen.Int[1, 200]
        from speed in Gen.Double[1_000, 500_000]
        from overhead in Gen.Double[0, 5]
        from bytes in Gen.Double[0, 20_000]
        from actions in Gen.Double[5, 2_000]
        from groups in Gen.Int[1, 16]
        from seed in Gen.Int[1, 1_000]
        select new ScaleInputs
        {
            Tokens = (long)chunks * 65_536,
            ChunkTokens = 65_536,
            Workers = workers,
            TokensPerSecond = speed,
            ChunkOverheadSeconds = overhead,
            BytesPerToken = bytes,
            ActionsPerSecond = actions,
            GroupsInFlight = groups,
            RunChunks = 1_000,
            Jitter = 0,
            LossesPerHour = 0,
            Seed = seed,
        };

    [Fact]
    public void Time_IsNeverBelowWhatLimitsIt() => Inputs.Sample(
        inputs =>
        {
            var prediction = ScaleSimulator.Predict(inputs);
            var limits = Limits.Of(inputs).Where(limit => limit.Key is not ("start and end" or "storage account"));
            return limits.All(limit => prediction.Seconds >= limit.Value * 0.999) && prediction.Utilisation is > 0 and <= 1;
        },
        iter: 40);

    [Fact]
    public void SameSeed_SamePrediction()
    {
        var inputs = new ScaleInputs { Workers = 50, LossesPerHour = 5 };

        Assert.Equal(ScaleSimulator.Predict(inputs), ScaleSimulator.Predict(inputs));
        Assert.NotEqual(ScaleSimulator.Predict(inputs), ScaleSimulator.Predict(inputs with { Seed = 2 }));
    }

    [Theory]
    [InlineData(1, 50_000)]
    [InlineData(10, 50_000)]
    [InlineData(16, 500_000)]
    public void LongRun_TakesWhatTheClosedFormSays(int workers, double tokensPerSecond)
    {
        var inputs = new ScaleInputs { Tokens = 10_000_000_000, Workers = workers, TokensPerSecond = tokensPerSecond };

        Assert.InRange(ScaleSimulator.Predict(inputs).Seconds / Limits.ClosedForm(inputs), 0.85, 1.15);
    }

    [Fact]
    public void Actions_AreThoseOfTheApp()
    {
        // 16 chunks in one group: run 1 + plan 2 + finish 2; group 2 + 1 + plan 2; chunks 2 each; one merge 2.
        var inputs = new ScaleInputs { Tokens = 16 * 65_536, ChunkTokens = 65_536, LossesPerHour = 0 };

        var prediction = ScaleSimulator.Predict(inputs);

        Assert.Equal(5 + 5 + 32 + 2, Limits.Counts(inputs, 16).Actions);
        Assert.InRange(prediction.Actions, 5 + 5 + 32 + 2, 5 + 5 + 32 + 2 + 2);
        Assert.Equal(1, prediction.Merges);
    }

    [Theory]
    [InlineData(1, 4)]
    [InlineData(200, 10)]
    [InlineData(257, 16)]
    [InlineData(100_000, 1_000)]
    public void Groups_AreThoseOfTheApp(int chunks, int workers)
    {
        var inputs = new ScaleInputs { Tokens = (long)chunks * 262_144, Workers = workers };
        var plan = GroupSizing.Decide(chunks, inputs.Tokens, Math.Max(16, 2 * workers));

        Assert.Equal((plan.GroupChunks, plan.GroupWindow), (inputs.GroupChunks, inputs.Window));
        Assert.Equal(MergeTree.FanIn, inputs.MergeFanIn);
    }

    [Fact]
    public void LostWorkers_CostChunksAndNotTheRun()
    {
        var safe = new ScaleInputs { Workers = 20, LossesPerHour = 0 };
        var risky = safe with { LossesPerHour = 10 };

        var prediction = ScaleSimulator.Predict(risky);

        Assert.True(prediction.Recomputed > 0);
        Assert.True(prediction.Seconds > ScaleSimulator.Predict(safe).Seconds);
    }

    [Theory]
    [InlineData(1, 65_536, 500, "GPUs")]
    [InlineData(1_000, 1_024, 500, "scheduler")]
    public void Binding_IsWhatRunsOut(int workers, int chunkTokens, double actions, string binding) => Assert.Equal(
        binding,
        Limits.Binding(new ScaleInputs
        {
            Workers = workers,
            ChunkTokens = chunkTokens,
            ActionsPerSecond = actions,
            BytesPerToken = 0,
            ChunkOverheadSeconds = 0.1,
            ControlSlots = 1_000,
            MergeSeconds = 0.1,
        }));

    [Fact]
    public void Cost_GrowsWithThePriceOfAWorker()
    {
        var inputs = new ScaleInputs { Workers = 10 };
        var prediction = ScaleSimulator.Predict(inputs);
        var cheap = Costs.Of(inputs, prediction, new Prices());
        var dear = Costs.Of(inputs, prediction, new Prices { WorkerHour = Prices.A100Hour });

        Assert.Equal(prediction.WorkerSeconds / 3600 * (Prices.A100Hour - new Prices().WorkerHour), dear.Total - cheap.Total, 6);
    }
}
