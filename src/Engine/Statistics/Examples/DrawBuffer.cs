namespace AeServerless.Engine.Statistics.Examples;

/// <summary>Working memory for draws from many values of a latent at once; one a thread.</summary>
internal sealed class DrawBuffer
{
    private ulong[] _lists = [];
    private int[] _bins = [];

    /// <summary>Room for lists, each place <see cref="ulong.MaxValue"/>.</summary>
    public Span<ulong> Lists(int length)
    {
        _lists = _lists.Length < length ? new ulong[length] : _lists;
        var lists = _lists.AsSpan(0, length);
        lists.Fill(ulong.MaxValue);
        return lists;
    }

    /// <summary>Room for the bins of values.</summary>
    public Span<int> Bins(int length)
    {
        _bins = _bins.Length < length ? new int[Math.Max(length, 2 * _bins.Length)] : _bins;
        return _bins.AsSpan(0, length);
    }
}
