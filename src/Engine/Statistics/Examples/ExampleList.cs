using System.Diagnostics;

namespace AeServerless.Engine.Statistics.Examples;

/// <summary>The strongest examples of one sign, strongest first. It grows up to its capacity, and from then on allocates nothing.</summary>
internal sealed class ExampleList(int capacity)
{
    private const int FirstLength = 4;

    private TopExample[] _examples = [];
    private int _count;

    public ReadOnlySpan<TopExample> All => _examples.AsSpan(0, _count);

    /// <summary>The magnitude that a value needs to enter: 0 while there is room, else that of the weakest in the list.</summary>
    public float Threshold => _count < capacity ? 0 : capacity > 0 ? MathF.Abs(_examples[_count - 1].Value) : float.PositiveInfinity;

    /// <summary>Offers one value.</summary>
    public void Offer(float value, in TokenPlace place) => Merge([new TopExample(value, place)]);

    /// <summary>Keeps the strongest of its own and of others.</summary>
    /// <param name="others">The others, strongest first.</param>
    public void Merge(ReadOnlySpan<TopExample> others)
    {
        Debug.Assert(others.IsEmpty || !others[^1].Precedes(others[0]));
        if (others.IsEmpty || !Takes(others[0]))
        {
            return;
        }

        var total = Math.Min(capacity, _count + others.Length);
        var (own, taken) = Share(others, total);
        if (_examples.Length < total)
        {
            Array.Resize(ref _examples, Math.Min(capacity, Math.Max(total, Math.Max(FirstLength, 2 * _count))));
        }

        // From the weakest on, each to its place: what is overwritten has been moved, or is too weak.
        for (_count = total; taken > 0; total--)
        {
            _examples[total - 1] = own == 0 || !others[taken - 1].Precedes(_examples[own - 1]) ? others[--taken] : _examples[--own];
        }
    }

    public void Clear() => _count = 0;

    private bool Takes(in TopExample example) => _count < capacity || (capacity > 0 && example.Precedes(_examples[_count - 1]));

    /// <summary>How many of the strongest are own ones, and how many are others.</summary>
    private (int Own, int Others) Share(ReadOnlySpan<TopExample> others, int total)
    {
        var (own, taken) = (0, 0);
        while (own + taken < total)
        {
            if (taken < others.Length && (own == _count || others[taken].Precedes(_examples[own])))
            {
                taken++;
            }
            else
            {
                own++;
            }
        }

        return (own, taken);
    }
}
