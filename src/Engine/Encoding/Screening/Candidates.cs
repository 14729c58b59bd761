using System.Runtime.CompilerServices;

namespace AeServerless.Engine.Encoding.Screening;

/// <summary>
/// (row, latent) pairs that screening could not rule out, and per row the least upper bound that still matters: positive for ReLU; for TopK
/// also at least the k-th largest lower bound so far.
/// </summary>
internal sealed class Candidates(int most, int k)
{
    private readonly float[] _floors = new float[most];
    private readonly float[] _heaps = new float[most * k]; // per row a heap of the k largest lower bounds, the least first
    private readonly int[] _heapCounts = new int[most];
    private int[] _rows = [];
    private int[] _latents = [];
    private float[] _uppers = [];

    public int Count { get; private set; }

    public bool TopK => k > 0;

    public ReadOnlySpan<int> Rows => _rows.AsSpan(0, Count);

    public ReadOnlySpan<int> Latents => _latents.AsSpan(0, Count);

    public void Clear()
    {
        Count = 0;
        Array.Fill(_floors, float.Epsilon);
        Array.Clear(_heapCounts);
    }

    /// <summary>A pair whose upper bound is below this can't be in the result.</summary>
    public float Floor(int row) => _floors[row];

    /// <summary>Makes room for that many more pairs.</summary>
    public void Reserve(int more)
    {
        if (Count + more > _rows.Length)
        {
            var length = Math.Max(Count + more, _rows.Length * 2);
            Array.Resize(ref _rows, length);
            Array.Resize(ref _latents, length);
            Array.Resize(ref _uppers, k > 0 ? length : 0);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int row, int latent)
    {
        _rows[Count] = row;
        _latents[Count++] = latent;
    }

    /// <summary>Adds a pair with its bounds, and raises the row's floor where it is one of the k largest.</summary>
    public void Add(int row, int latent, float lower, float upper)
    {
        _uppers[Count] = upper;
        Add(row, latent);
        var heap = _heaps.AsSpan(row * k, k);
        ref var count = ref _heapCounts[row];
        if (count < k)
        {
            SiftUp(heap, count++, lower);
        }
        else if (lower > heap[0])
        {
            SiftDown(heap, lower);
        }

        if (count == k)
        {
            _floors[row] = Math.Max(float.Epsilon, heap[0]);
        }
    }

    /// <summary>Drops the pairs that were added before their row's floor rose above them.</summary>
    public void DropBelowFloors()
    {
        var kept = 0;
        for (var i = 0; i < Count && k > 0; i++)
        {
            if (_uppers[i] >= _floors[_rows[i]])
            {
                (_rows[kept], _latents[kept]) = (_rows[i], _latents[i]);
                kept++;
            }
        }

        Count = k > 0 ? kept : Count;
    }

    private static void SiftUp(Span<float> heap, int at, float value)
    {
        while (at > 0 && heap[(at - 1) / 2] > value)
        {
            heap[at] = heap[(at - 1) / 2];
            at = (at - 1) / 2;
        }

        heap[at] = value;
    }

    private static void SiftDown(Span<float> heap, float value)
    {
        var at = 0;
        for (var child = 1; child < heap.Length; child = (2 * at) + 1)
        {
            if (child + 1 < heap.Length && heap[child + 1] < heap[child])
            {
                child++;
            }

            if (heap[child] >= value)
            {
                break;
            }

            heap[at] = heap[child];
            at = child;
        }

        heap[at] = value;
    }
}
