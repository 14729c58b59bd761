using System.Diagnostics;
using Spectre.Console;

namespace AeServerless.Cli.Progress;

/// <summary>Shows how far something has come: a bar that moves on a terminal, a plain line a minute elsewhere.</summary>
internal static class ProgressReport
{
    private static readonly TimeSpan LineInterval = TimeSpan.FromMinutes(1);

    private static bool IsTerminal => !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Ansi;

    /// <summary>Runs <paramref name="work"/>, which reports (done, total, text) as it likes; a total of 0 is not known yet.</summary>
    public static Task<T> RunAsync<T>(string title, Func<Action<double, double, string>, Task<T>> work) =>
        IsTerminal ? OnTerminalAsync(title, work) : AsLinesAsync(title, work);

    private static Task<T> OnTerminalAsync<T>(string title, Func<Action<double, double, string>, Task<T>> work) => AnsiConsole.Progress()
        .Columns(
            new TaskDescriptionColumn { Alignment = Justify.Left },
            new ProgressBarColumn(),
            new PercentageColumn(),
            new ElapsedTimeColumn())
        .StartAsync(async context =>
        {
            var bar = context.AddTask(Markup.Escape(title), maxValue: 1);
            bar.IsIndeterminate = true;
            var result = await work((done, total, text) =>
            {
                bar.IsIndeterminate = total <= 0;
                bar.MaxValue = Math.Max(total, 1);
                bar.Value = done;
                bar.Description = Markup.Escape($"{title}: {text}");
            });
            bar.IsIndeterminate = false;
            bar.Value = bar.MaxValue;
            return result;
        });

    private static Task<T> AsLinesAsync<T>(string title, Func<Action<double, double, string>, Task<T>> work)
    {
        var (shownAt, shown) = (Stopwatch.GetTimestamp(), "");
        return work((_, _, text) =>
        {
            if (text != shown && Stopwatch.GetElapsedTime(shownAt) >= LineInterval)
            {
                Console.WriteLine($"{title}: {text}");
                (shownAt, shown) = (Stopwatch.GetTimestamp(), text);
            }
        });
    }
}
