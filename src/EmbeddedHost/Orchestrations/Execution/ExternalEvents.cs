using System.Text.Json;
using AeServerless.EmbeddedHost.DurableTask;
using AeServerless.EmbeddedHost.Orchestrations.History;

namespace AeServerless.EmbeddedHost.Orchestrations.Execution;

/// <summary>Events that came before anyone waited, and waits that no event has met; both first in, first out.</summary>
internal sealed class ExternalEvents
{
    private readonly Dictionary<string, LinkedList<OpenTask>> _waiting = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<EventRaised> _unclaimed = [];

    public IReadOnlyList<EventRaised> Unclaimed => _unclaimed;

    public void Raise(EventRaised raised)
    {
        if (_waiting.TryGetValue(raised.Name, out var waiting) && waiting.First is { } first)
        {
            waiting.RemoveFirst();
            first.Value.Complete(raised.Input);
        }
        else
        {
            _unclaimed.Add(raised);
        }
    }

    public Task<T> WaitAsync<T>(string name, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<T>(cancellationToken);

        var early = _unclaimed.FindIndex(raised => string.Equals(raised.Name, name, StringComparison.OrdinalIgnoreCase));
        if (early >= 0)
        {
            var input = _unclaimed[early].Input;
            _unclaimed.RemoveAt(early);
            try
            {
                return Task.FromResult(PayloadJson.Deserialize<T>(input)!);
            }
            catch (JsonException e)
            {
                return Task.FromException<T>(e);
            }
        }

        var source = new TaskCompletionSource<T>();
        if (!_waiting.TryGetValue(name, out var waiting))
            _waiting[name] = waiting = new();
        var node = waiting.AddLast(new OpenTask(name, source.SetJson, source.SetException));
        cancellationToken.Register(() =>
        {
            if (node.List is { } list)
            {
                list.Remove(node);
                source.TrySetCanceled(cancellationToken);
            }
        });
        return source.Task;
    }
}
