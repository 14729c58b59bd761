using System.Diagnostics;
using System.Globalization;

namespace AeServerless.Cli.Progress;

/// <summary>Shows how much of something that can be counted is done, and how fast it goes.</summary>
internal static class ProgressDisplay
{
    /// <summary>Runs work that reports an amount done.</summary>
    /// <param name="title">What is being done, such as <c>Capturing</c>.</param>
    /// <param name="unit">What the amount counts, in the plural.</param>
    /// <param name="total">The amount when all is done; null where it is not known.</param>
    /// <param name="work">Reports the amount done so far, from any thread.</param>
    public static Task<T> RunAsync<T>(string title, string unit, long? total, Func<IProgress<long>, Task<T>> work) =>
        ProgressReport.RunAsync(title, report =>
        {
            var started = Stopwatch.GetTimestamp();
            return work(new Relay(done => report(done, total ?? 0, Amount(done, unit, total, Stopwatch.GetElapsedTime(started)))));
        });

    private static string Amount(long done, string unit, long? total, TimeSpan elapsed)
    {
        var of = total is { } all ? string.Create(CultureInfo.InvariantCulture, $" of {all:N0}") : "";
        var rate = elapsed.TotalSeconds > 1 ? string.Create(CultureInfo.InvariantCulture, $", {done / elapsed.TotalSeconds:N0}/s") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{done:N0}{of} {unit}{rate}{Left(done, total, elapsed)}");
    }

    private static string Left(long done, long? total, TimeSpan elapsed) => total > done && done > 0 && elapsed.TotalSeconds > 1
        ? $", {TimeLeft.Text(elapsed.TotalSeconds * (total.Value - done) / done)}"
        : "";

    /// <summary>Unlike <see cref="Progress{T}"/> it calls on the reporting thread, so that nothing arrives after the end.</summary>
    private sealed class Relay(Action<long> report) : IProgress<long>
    {
        private readonly Lock _lock = new();

        void IProgress<long>.Report(long value)
        {
            lock (_lock)
            {
                report(value);
            }
        }
    }
}
