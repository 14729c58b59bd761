namespace AeServerless.Engine.Statistics;

/// <summary>The strongest examples of one sign, strongest first. It grows up to its capacity, and from then on allocates nothing.</summary>
internal sealed class ExampleList(int capacity)
{
    private const int FirstLength = 4;

    private TopExample[] _examples = [];
    private int _count;

    public ReadOnlySpan<TopExample> Examples => _examples.AsSpan(0, _count);

    public void Offer(float value, in TokenPlace place)
    {
        if (_count == capacity && (capacity == 0 || MathF.Abs(value) < MathF.Abs(_examples[_count - 1].Value)))
        {
            return;
        }

        var example = new TopExample(value, place);
        var at = Array.BinarySearch(_examples, 0, _count, example, TopExample.ByMagnitude);
        at = at < 0 ? ~at : at;
        if (at == capacity)
        {
            return;
        }

        if (_count == _examples.Length && _count < capacity)
        {
            Array.Resize(ref _examples, Math.Min(capacity, Math.Max(FirstLength, 2 * _count)));
        }

        _count = Math.Min(_count + 1, capacity);
        Array.Copy(_examples, at, _examples, at + 1, _count - at - 1);
        _examples[at] = example;
    }
}
