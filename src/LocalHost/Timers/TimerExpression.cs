using System.Globalization;
using System.Text.RegularExpressions;
using NCrontab;

namespace AeServerless.LocalHost.Timers;

/// <summary>Schedules as settings have them: six NCrontab fields, and 7 as another number of Sunday.</summary>
public static partial class TimerExpression
{
    private const int Fields = 6;
    private const int Sunday = 7;

    // Longer than the calendar takes to repeat itself: 29 February on a given weekday may be 40 years away.
    private const int SearchedYears = 41;

    /// <summary>Reads an expression.</summary>
    /// <param name="text">The six fields.</param>
    /// <returns>The schedule; null where it isn't one, or has no time at all, such as on 30 February.</returns>
    public static CrontabSchedule? TryParse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var fields = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (fields.Length == Fields)
        {
            fields[^1] = string.Join(',', fields[^1].Split(',').Select(SundayAsZero));
        }

        var schedule = CrontabSchedule.TryParse(string.Join(' ', fields), new CrontabSchedule.ParseOptions { IncludingSeconds = true });
        var from = new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        var until = from.AddYears(SearchedYears);
        return schedule is not null && schedule.GetNextOccurrence(from, until) < until ? schedule : null;
    }

    private static string SundayAsZero(string days)
    {
        if (days == $"{Sunday}")
        {
            return "0";
        }

        var range = RangeToSunday().Match(days);
        if (!range.Success)
        {
            return days;
        }

        var first = int.Parse(range.Groups[1].Value, CultureInfo.InvariantCulture);
        var step = range.Groups[2].Success ? int.Parse(range.Groups[2].Value, CultureInfo.InvariantCulture) : 1;
        var counted = Enumerable.Range(first, Sunday - first + 1);
        return step == 0 ? days : string.Join(',', counted.Where(day => (day - first) % step == 0).Select(day => day % Sunday));
    }

    [GeneratedRegex("^([0-7])-7(?:/([0-9]{1,3}))?$")]
    private static partial Regex RangeToSunday();
}
