namespace AeServerless.Engine.Statistics;

/// <summary>The strongest examples of one sign, strongest first. It grows up to its capacity, and from then on allocates nothing.</summary>
internal sealed class ExampleList(int capacity)
{
    private const int FirstLength = 4;

    private TopExample[] _examples = [];
    private int _count;

    public ReadOnlySpan<TopExample> All => _examples.AsSpan(0, _count);

    /// <summary>The magnitude that a value needs: none where there is room, else that of the weakest in the list.</summary>
    public float Threshold => _count < capacity ? 0 : capacity > 0 ? MathF.Abs(_examples[_count - 1].Value) : float.PositiveInfinity;

    /// <summary>Whether there is room for a finite value, or one in the list that is not stronger.</summary>
    public bool Takes(float value) => MathF.Abs(value) >= Threshold;

    public void Offer(float value, in TokenPlace place)
    {
        if (!Takes(value))
        {
            return;
        }

        var example = new TopExample(value, place);
        var at = Rank(example);
        if (at == capacity)
        {
            return;
        }

        if (_count == _examples.Length && _count < capacity)
        {
            Array.Resize(ref _examples, Math.Min(capacity, Math.Max(FirstLength, 2 * _count)));
        }

        _count = Math.Min(_count + 1, capacity);
        _examples.AsSpan(at, _count - at - 1).CopyTo(_examples.AsSpan(at + 1));
        _examples[at] = example;
    }

    public void Clear() => _count = 0;

    /// <summary>How many come before an example.</summary>
    private int Rank(in TopExample example)
    {
        if (_count == 0 || !example.Precedes(_examples[_count - 1]))
        {
            return _count;
        }

        var (first, end) = (0, _count);
        while (first < end)
        {
            var middle = (first + end) / 2;
            if (example.Precedes(_examples[middle]))
            {
                end = middle;
            }
            else
            {
                first = middle + 1;
            }
        }

        return first;
    }
}
