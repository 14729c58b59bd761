using System.Globalization;

namespace AeServerless.Cli.Progress;

/// <summary>How long something takes still, in words.</summary>
internal static class TimeLeft
{
    /// <summary>Such as <c>40 s left</c>, <c>3 min 20 s left</c>, <c>2 h 5 min left</c>.</summary>
    public static string Text(double seconds)
    {
        var left = TimeSpan.FromSeconds(Math.Ceiling(Math.Min(seconds, TimeSpan.MaxValue.TotalSeconds / 2)));
        return left switch
        {
            { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{left.Seconds} s left"),
            { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{left.Minutes} min {left.Seconds} s left"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(left.TotalHours)} h {left.Minutes} min left"),
        };
    }
}
