namespace AeServerless.Engine.Encoding;

/// <summary>Non-zeros of one tile in row order, in buffers that are kept.</summary>
internal sealed class EncodedTile(int rows)
{
    private int[] _latents = [];
    private float[] _values = [];

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
}
