using System.Threading.Channels;
using AeServerless.EmbeddedHost.Orchestrations.History;

namespace AeServerless.EmbeddedHost.Activities;

/// <summary>Activities that wait or run. In memory: each is in the history of its instance until its answer is.</summary>
internal sealed class ActivityQueue
{
    private readonly Channel<ActivityItem> _items = Channel.CreateUnbounded<ActivityItem>();
    private int _running;

    /// <summary>Takes answers.</summary>
    public Action<ActivityItem, Arrival> Answered { get; set; } = (_, _) => { };

    /// <summary>Activities that wait.</summary>
    public int Pending => _items.Reader.Count;

    /// <summary>Activities that run.</summary>
    public int Running => Volatile.Read(ref _running);

    public ChannelReader<ActivityItem> Reader => _items.Reader;

    public void Add(ActivityItem item) => _items.Writer.TryWrite(item);

    public void Began() => Interlocked.Increment(ref _running);

    public void Ended() => Interlocked.Decrement(ref _running);
}
