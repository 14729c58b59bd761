namespace AeServerless.Engine.Encoding;

/// <summary>Non-zeros of one tile in row order, in buffers that are kept.</summary>
internal sealed class EncodedTile(int rows)
{
    private int[] _latents = [];
    private float[] _values = [];
    private float[] _ascending = [];

    public int Rows { get; set; }

    public int Count { get; set; }

    /// <summary>Non-zeros of each row.</summary>
    public int[] RowCounts { get; } = new int[rows];

    /// <summary>Rows with NaN or infinities.</summary>
    public bool[] NonFinite { get; } = new bool[rows];

    public Span<int> Latents => _latents.AsSpan(0, Count);

    public Span<float> Values => _values.AsSpan(0, Count);

    public void Grow(int count)
    {
        if (_latents.Length < count)
        {
            var length = Math.Max(count, _latents.Length * 2);
            _latents = new int[length];
            _values = new float[length];
        }

        Count = count;
    }

    /// <summary>Cuts each row to its k largest; of equal ones the lowest latents stay.</summary>
    public void KeepLargest(int k)
    {
        var (from, to) = (0, 0);
        for (var row = 0; row < Rows; row++)
        {
            var count = RowCounts[row];
            var least = 0f;
            var ofLeast = int.MaxValue;
            if (count > k)
            {
                if (_ascending.Length < count)
                {
                    _ascending = new float[count];
                }

                var ascending = _ascending.AsSpan(0, count);
                Values.Slice(from, count).CopyTo(ascending);
                ascending.Sort();
                least = ascending[count - k];
                ofLeast = ascending[(count - k)..].Count(least);
            }

            var start = to;
            for (var i = from; i < from + count; i++)
            {
                var value = Values[i];
                if (value > least || (value == least && ofLeast-- > 0))
                {
                    Latents[to] = Latents[i];
                    Values[to++] = value;
                }
            }

            RowCounts[row] = to - start;
            from += count;
        }

        Count = to;
    }
}
