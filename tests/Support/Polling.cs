using System.Diagnostics;

namespace AeServerless.TestSupport;

/// <summary>Waits for what happens in another process or thread: never without a limit, so that what hangs fails.</summary>
public static class Polling
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan DefaultLimit = TimeSpan.FromMinutes(2);

    /// <summary>Asks until there is an answer.</summary>
    /// <param name="ask">Gives <see langword="null"/> as long as there is none.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <param name="limit">The longest that is waited; 2 minutes by default.</param>
    /// <exception cref="TimeoutException">There was none in time.</exception>
    public static async Task<T> UntilAsync<T>(Func<Task<T?>> ask, CancellationToken cancellationToken, TimeSpan? limit = null)
        where T : class
    {
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < (limit ?? DefaultLimit);)
        {
            if (await ask() is { } answer)
            {
                return answer;
            }

            await Task.Delay(Interval, cancellationToken);
        }

        throw new TimeoutException($"What was waited for did not happen within {limit ?? DefaultLimit}.");
    }
}
