using System.Runtime.CompilerServices;

namespace AeServerless.LocalHost.Tests.Support;

/// <summary>Waits for something that other threads or processes bring about.</summary>
internal static class Eventually
{
    /// <summary>Far more than anything takes: who waits longer waits in vain.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    public static async Task<T> GetAsync<T>(Func<Task<T?>> read, [CallerArgumentExpression(nameof(read))] string what = "")
        where T : class
    {
        for (var began = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(began) < Limit;)
        {
            if (await read() is { } value)
            {
                return value;
            }

            await Task.Delay(PollInterval, TestContext.Current.CancellationToken);
        }

        throw new TimeoutException($"{what} came to nothing in {Limit}.");
    }

    public static Task HoldsAsync(Func<Task<bool>> condition, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        GetAsync(async () => await condition() ? "holds" : null, what);

    public static Task HoldsAsync(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        HoldsAsync(() => Task.FromResult(condition()), what);
}
