using AeServerless.Engine.Autoencoders;

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

    /// <summary>Of what is above 0, keeps what an activation that chooses among latents chooses.</summary>
    public void Choose(Autoencoder autoencoder)
    {
        var activation = autoencoder.Activation;
        if (activation.Kind == ActivationKind.GroupMax)
        {
            KeepLargestOfGroups(autoencoder.LatentCount / activation.K);
        }
        else
        {
            KeepLargest(activation.K, activation.SelectionScale);
        }
    }

    /// <summary>Of each group of neighbouring latents keeps the largest; of equal ones the lowest.</summary>
    /// <param name="size">Latents of a group.</param>
    public void KeepLargestOfGroups(int size)
    {
        var (from, to) = (0, 0);
        for (var row = 0; row < Rows; row++)
        {
            var (start, end) = (to, from + RowCounts[row]);
            for (; from < end; from++)
            {
                if (to == start || Latents[to - 1] / size != Latents[from] / size)
                {
                    to++;
                }
                else if (Values[from] <= Values[to - 1])
                {
                    continue;
                }

                (Latents[to - 1], Values[to - 1]) = (Latents[from], Values[from]);
            }

            RowCounts[row] = to - start;
        }

        Count = to;
    }

    /// <summary>Cuts each row to its k largest; of equal ones the lowest latents stay.</summary>
    /// <param name="k">How many.</param>
    /// <param name="scale">What values are multiplied by where they are compared. [latents]</param>
    public void KeepLargest(int k, float[]? scale = null)
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
                for (var i = 0; i < count; i++)
                {
                    ascending[i] = Rank(from + i, scale);
                }

                ascending.Sort();
                least = ascending[count - k];
                ofLeast = ascending[(count - k)..].Count(least);
            }

            var start = to;
            for (var i = from; i < from + count; i++)
            {
                var rank = count > k ? Rank(i, scale) : float.PositiveInfinity;
                if (rank > least || (rank == least && ofLeast-- > 0))
                {
                    Latents[to] = Latents[i];
                    Values[to++] = Values[i];
                }
            }

            RowCounts[row] = to - start;
            from += count;
        }

        Count = to;
    }

    private float Rank(int pair, float[]? scale) => scale is null ? _values[pair] : _values[pair] * scale[_latents[pair]];
}
