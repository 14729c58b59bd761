using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace AeServerless.Cli.Progress;

/// <summary>Shows how far a long piece of work is: a live bar on a terminal, a plain line every few seconds elsewhere.</summary>
internal static class ProgressDisplay
{
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(5);

    /// <summary>Runs work that reports an amount done.</summary>
    /// <param name="title">What is being done, such as <c>Capturing</c>.</param>
    /// <param name="unit">What the amount counts, in the plural.</param>
    /// <param name="total">The amount when all is done; null where it is not known.</param>
    /// <param name="work">Reports the amount done so far, from any thread.</param>
    public static Task<T> RunAsync<T>(string title, string unit, long? total, Func<IProgress<long>, Task<T>> work) =>
        AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected
            ? RunLiveAsync(title, unit, total, work)
            : work(new Lines(title, unit, total, TimeProvider.System));

    private static Task<T> RunLiveAsync<T>(string title, string unit, long? total, Func<IProgress<long>, Task<T>> work) => AnsiConsole.Progress()
        .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn(), new SpinnerColumn())
        .StartAsync(async context =>
        {
            var task = context.AddTask(title, maxValue: total ?? 1);
            task.IsIndeterminate = total is null;
            var started = Stopwatch.GetTimestamp();
            var result = await work(new Report<long>(done =>
            {
                if (total is not null) task.Value = done;
                task.Description = Markup.Escape($"{title} {Amount(done, unit, Stopwatch.GetElapsedTime(started))}");
            }));
            task.Value = task.MaxValue;
            return result;
        });

    private static string Amount(long done, string unit, TimeSpan elapsed) => string.Create(
        CultureInfo.InvariantCulture, $"{done:N0} {unit}{(elapsed.TotalSeconds > 1 ? $", {done / elapsed.TotalSeconds:N0}/s" : "")}");

    private sealed class Lines(string title, string unit, long? total, TimeProvider time) : IProgress<long>
    {
        private readonly Lock _lock = new();
        private readonly long _started = time.GetTimestamp();
        private TimeSpan _next = LineInterval;

        public void Report(long value)
        {
            var elapsed = time.GetElapsedTime(_started);
            lock (_lock)
            {
                if (elapsed < _next) return;
                _next = elapsed + LineInterval;
            }

            var of = total is { } all ? string.Create(CultureInfo.InvariantCulture, $" of {all:N0}") : "";
            Console.WriteLine($"{title}: {Amount(value, unit, elapsed)}{of}");
        }
    }

    /// <summary>Unlike <see cref="Progress{T}"/> it calls on the reporting thread, so that nothing arrives after the end.</summary>
    private sealed class Report<T>(Action<T> report) : IProgress<T>
    {
        void IProgress<T>.Report(T value) => report(value);
    }
}
