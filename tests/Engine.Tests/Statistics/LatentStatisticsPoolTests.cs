using AeServerless.Engine.Statistics;

namespace AeServerless.Engine.Tests.Statistics;

public sealed class LatentStatisticsPoolTests
{
    private static readonly StatisticsOptions Options = new();

    private readonly LatentStatisticsPool _pool = new();

    /// <summary>As in a merge of scalars with a value for each latent, and then of errors, which have one.</summary>
    [Fact]
    public void ThoseOfManyLatents_AreTakenAgain_HoweverManyOfFewComeBetween()
    {
        var wide = _pool.Rent(4096, Options);
        wide.Add(5, 1.5f, default);
        _pool.Return(wide);

        for (var i = 0; i < 4; i++)
        {
            _pool.Return(new LatentStatistics(1, Options));
        }

        var again = _pool.Rent(4096, Options);
        Assert.Same(wide, again);
        Assert.Null(again[5]);
        Assert.NotSame(wide, _pool.Rent(4096, Options));
    }

    [Fact]
    public void ThoseOfOtherWidthOrOptions_AreNotTaken()
    {
        var wide = _pool.Rent(4096, Options);
        _pool.Return(wide);

        Assert.Equal(5000, _pool.Rent(5000, Options).Width);
        Assert.Equal(3, _pool.Rent(4096, Options with { TopExamples = 3 }).Options.TopExamples);
    }
}
