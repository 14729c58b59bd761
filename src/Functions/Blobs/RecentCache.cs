namespace AeServerless.Functions.Blobs;

/// <summary>
/// Keeps the values that were used last. A value that is asked for by several at once is made once; a failure is not kept.
/// </summary>
/// <typeparam name="TKey">Type of the keys.</typeparam>
/// <typeparam name="TValue">Type of the values.</typeparam>
/// <param name="capacity">The most values kept, at least 1.</param>
public sealed class RecentCache<TKey, TValue>(int capacity)
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, LinkedListNode<(TKey Key, Task<TValue> Value)>> _entries = [];
    private readonly LinkedList<(TKey Key, Task<TValue> Value)> _recent = [];

    /// <summary>The value of a key, made where it is not there.</summary>
    /// <param name="key">The key.</param>
    /// <param name="make">Makes the value; others may wait for it, so it must not end with one caller.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task<TValue> GetAsync(TKey key, Func<Task<TValue>> make, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_entries.Remove(key, out var node))
            {
                _recent.Remove(node);
            }

            var value = node is { Value.Value: { IsFaulted: false, IsCanceled: false } kept }
                ? kept
                : Task.Run(make, CancellationToken.None);
            _entries[key] = _recent.AddLast((key, value));
            if (_recent.Count > capacity)
            {
                _entries.Remove(_recent.First!.Value.Key);
                _recent.RemoveFirst();
            }

            return value.WaitAsync(cancellationToken);
        }
    }
}
