using AeServerless.Engine.Statistics;
using AeServerless.Engine.Tests.Encoding;

namespace AeServerless.Engine.Tests.Statistics;

/// <summary>The spare ones are those of the whole process, so nothing else may merge meanwhile.</summary>
[Collection(nameof(AllocationTests))]
public sealed class LatentStatisticsPoolTests
{
    private static readonly StatisticsOptions Options = new();

    /// <summary>As in a merge of scalars with a value for each latent, and then of errors, which have one.</summary>
    [Fact]
    public void ThoseOfManyLatents_AreTakenAgain_HoweverManyOfFewComeBetween()
    {
        LatentStatistics[] wide = [LatentStatisticsPool.Rent(4096, Options), LatentStatisticsPool.Rent(4096, Options)];
        wide[0].Add(5, 1.5f, default);
        Array.ForEach(wide, LatentStatisticsPool.Return);

        for (var i = 0; i < 4; i++)
            LatentStatisticsPool.Return(LatentStatisticsPool.Rent(1, Options));

        LatentStatistics[] again = [LatentStatisticsPool.Rent(4096, Options), LatentStatisticsPool.Rent(4096, Options)];
        Assert.Equal(wide, again);
        Assert.Null(again[0][5]);
    }

    [Fact]
    public void ThoseOfOtherWidthOrOptions_AreNotTaken()
    {
        var wide = LatentStatisticsPool.Rent(4096, Options);
        LatentStatisticsPool.Return(wide);

        Assert.Equal(5000, LatentStatisticsPool.Rent(5000, Options).Width);
        Assert.Equal(3, LatentStatisticsPool.Rent(4096, Options with { TopExamples = 3 }).Options.TopExamples);
    }
}
