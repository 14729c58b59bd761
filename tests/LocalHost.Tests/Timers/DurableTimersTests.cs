using AeServerless.LocalHost.Timers;
using Microsoft.Extensions.Time.Testing;

namespace AeServerless.LocalHost.Tests.Timers;

public sealed class DurableTimersTests
{
    private readonly FakeTimeProvider _time = new(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly List<int> _fired = [];

    [Fact]
    public void Timers_FireInOrderOfTheirTimes()
    {
        using var timers = Create();
        Add(timers, 1, TimeSpan.FromSeconds(20));
        Add(timers, 2, TimeSpan.FromSeconds(10));
        Add(timers, 3, TimeSpan.Zero);
        _time.Advance(TimeSpan.Zero);
        Assert.Equal([3], _fired);
        _time.Advance(TimeSpan.FromSeconds(9.999));
        Assert.Equal([3], _fired);
        _time.Advance(TimeSpan.FromSeconds(0.001));
        Assert.Equal([3, 2], _fired);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal([3, 2, 1], _fired);
    }

    [Fact]
    public void TimerOfManyMonths_FiresOnTime()
    {
        using var timers = Create();
        Add(timers, 1, TimeSpan.FromDays(200));
        for (var hour = 0; hour < (200 * 24) - 1; hour++)
            _time.Advance(TimeSpan.FromHours(1));
        Assert.Empty(_fired);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal([1], _fired);
    }

    [Fact]
    public void CancelledTimer_DoesNotFire()
    {
        using var timers = Create();
        Add(timers, 1, TimeSpan.FromSeconds(1));
        Add(timers, 2, TimeSpan.FromSeconds(2));
        Add(timers, 3, TimeSpan.FromSeconds(3));
        timers.Cancel("i", "e", 1);
        Assert.Equal(2, timers.Count);
        _time.Advance(TimeSpan.FromSeconds(2));
        timers.CancelAll("i", "e");
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal([2], _fired);
    }

    [Fact]
    public void StoppedTimers_DoNotFire()
    {
        using var timers = Create();
        Add(timers, 1, TimeSpan.FromSeconds(1));
        timers.Stop();
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Empty(_fired);
    }

    private DurableTimers Create() => new(_time) { Fired = (_, _, id) => _fired.Add(id) };

    private void Add(DurableTimers timers, int id, TimeSpan after) => timers.Add("i", "e", id, _time.GetUtcNow().UtcDateTime + after);
}
