using AeServerless.LocalHost.Timers;

namespace AeServerless.LocalHost.Tests.Timers;

public sealed class TimerExpressionTests
{
    // A Monday.
    private static readonly DateTime From = new(2024, 1, 1, 12, 0, 0, DateTimeKind.Utc);

    [Theory]
    [InlineData("0 0 3 * * 7", "0 0 3 * * 0")]
    [InlineData("0 0 3 * * 5-7", "0 0 3 * * 5,6,0")]
    [InlineData("0 0 3 * * 1-7/2", "0 0 3 * * 1,3,5,0")]
    [InlineData("0 0 3 * * 3,7", "0 0 3 * * 0,3")]
    [InlineData("0 0 3 * * 0-7", "0 0 3 * * *")]
    [InlineData("0 0 3 * * Sun", "0 0 3 * * 0")]
    public void Seven_IsSunday(string text, string same)
    {
        var expected = TimerExpression.TryParse(same)!.GetNextOccurrences(From, From.AddDays(30)).ToList();
        Assert.Equal(expected, TimerExpression.TryParse(text)!.GetNextOccurrences(From, From.AddDays(30)));
    }

    [Theory]
    [InlineData("0 0 3 30 2 *")]
    [InlineData("0 0 3 31 4,6,9,11 *")]
    [InlineData("0 0 3 * * 8")]
    [InlineData("0 0 3 * * 7-8")]
    [InlineData("0 0 3 * * 1-7/0")]
    [InlineData("0 0 3 * *")]
    [InlineData("")]
    public void WhatNeverComes_IsNoSchedule(string text) => Assert.Null(TimerExpression.TryParse(text));

    [Fact]
    public void LeapDayOnAMonday_ComesAfterYears() => Assert.Equal(
        new DateTime(2044, 2, 29, 3, 0, 0, DateTimeKind.Utc), TimerExpression.TryParse("0 0 3 29 2 1")!.GetNextOccurrence(From));
}
