namespace AeServerless.LocalHost.Tests.Support;

/// <summary>Waits for something that other threads or processes bring about; the test's time-out is the only limit.</summary>
internal static class Eventually
{
    public static async Task<T> GetAsync<T>(Func<Task<T?>> read)
        where T : class
    {
        while (true)
        {
            if (await read() is { } value)
                return value;
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    public static async Task HoldsAsync(Func<Task<bool>> condition)
    {
        while (!await condition())
            await Task.Delay(20, TestContext.Current.CancellationToken);
    }

    public static Task HoldsAsync(Func<bool> condition) => HoldsAsync(() => Task.FromResult(condition()));
}
