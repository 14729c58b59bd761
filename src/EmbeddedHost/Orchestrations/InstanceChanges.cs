using System.Collections.Concurrent;

namespace AeServerless.EmbeddedHost.Orchestrations;

/// <summary>Lets callers wait for the next change of an instance.</summary>
internal sealed class InstanceChanges
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _waiting = new(StringComparer.Ordinal);

    public void Notify(string instanceId)
    {
        if (_waiting.TryRemove(instanceId, out var source))
            source.TrySetResult();
    }

    /// <summary>Ends with the next change. To be taken before the state is read, so that none is missed.</summary>
    public Task NextAsync(string instanceId) =>
        _waiting.GetOrAdd(instanceId, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
}
