using AeServerless.Engine.Statistics;
using AeServerless.Engine.Statistics.Examples;

namespace AeServerless.Engine.Results.Tables;

/// <summary>
/// Which examples of a statistics file a table lists for each latent: indices of examples in the file, and −1 in places that are empty.
/// Those of the most negative values count on from those of the largest.
/// </summary>
internal sealed class ExampleLists
{
    private const int None = -1;

    private readonly LatentRows _rows;
    private readonly StatisticsOptions _options;

    /// <summary>Chooses them.</summary>
    /// <param name="rows">The file.</param>
    public ExampleLists(LatentRows rows)
    {
        (_rows, _options) = (rows, rows.Options);
        Top = NewList(_options.TopExamples);
        Bottom = NewList(HasNegative ? _options.TopExamples : 0);
        Magnitude = NewList(HasNegative ? _options.TopExamples : 0);
        Random = NewList(_options.RandomExamples);
        Quantile = NewList(_options.QuantileBands * _options.QuantileExamples);
        Edges = new float[_options.QuantileExamples > 0 ? rows.Width * (_options.QuantileBands + 1) : 0];
        Array.Fill(Edges, float.NaN);
        Parallel.For(0, rows.Width, () => new LatentState(_options), Choose, _ => { });
    }

    /// <summary>Whether any latent had a negative value.</summary>
    public bool HasNegative => _rows.Negative.Any;

    /// <summary>The largest values, the largest first. [latents, top]</summary>
    public int[] Top { get; }

    /// <summary>The most negative values; empty where there are none. [latents, top]</summary>
    public int[] Bottom { get; }

    /// <summary>The largest magnitudes; empty where there are no negative values. [latents, top]</summary>
    public int[] Magnitude { get; }

    /// <summary>A sample of all values, by sequence and position. [latents, random]</summary>
    public int[] Random { get; }

    /// <summary>Samples of bands, each by sequence and position. [latents, bands, quantile]</summary>
    public int[] Quantile { get; }

    /// <summary>Where bands begin and end; not numbers where a latent had no value. [latents, bands + 1]</summary>
    public float[] Edges { get; }

    private int[] NewList(int length)
    {
        var list = new int[_rows.Width * length];
        Array.Fill(list, None);
        return list;
    }

    private LatentState Choose(int latent, ParallelLoopState loop, LatentState state)
    {
        if (_rows.TryGetRow(latent, out var row))
        {
            ListStrongest(latent, row);
            if (_options.RandomExamples > 0)
            {
                var first = _rows.Random.Rows[row].First;
                var drawn = _rows.Random.Read(row);
                var random = Of(Random, latent);
                drawn = drawn[..Math.Min(drawn.Length, random.Length)];
                for (var i = 0; i < drawn.Length; i++)
                {
                    random[i] = i;
                }

                Place(random[..drawn.Length], drawn, first);
            }

            if (_options.QuantileExamples > 0)
            {
                state.Clear();
                _rows.AddFiguresTo(state, row);
                ListBands(latent, row, new QuantileBands(state, _options, _rows.Histogram));
            }
        }

        return state;
    }

    private void ListStrongest(int latent, int row)
    {
        var top = Of(Top, latent);
        var bottom = Of(Bottom, latent);
        var largest = Number(top, _rows.Top.Rows[row], before: 0);
        if (HasNegative)
        {
            var smallest = Number(bottom, _rows.Bottom.Rows[row], before: _rows.Top.All.Count);
            Merge(top[..largest], bottom[..smallest], Of(Magnitude, latent));
        }
    }

    /// <summary>Lists a row's examples.</summary>
    /// <returns>How many there are.</returns>
    private static int Number(Span<int> list, (int First, int End) row, int before)
    {
        var count = Math.Min(list.Length, row.End - row.First);
        for (var i = 0; i < count; i++)
        {
            list[i] = before + row.First + i;
        }

        return count;
    }

    /// <summary>The strongest of either sign: they are among the strongest of each.</summary>
    private void Merge(ReadOnlySpan<int> top, ReadOnlySpan<int> bottom, Span<int> magnitude)
    {
        for (var i = 0; i < magnitude.Length && top.Length + bottom.Length > 0; i++)
        {
            var takesTop = bottom.IsEmpty || (!top.IsEmpty && !Example(bottom[0]).Precedes(Example(top[0])));
            magnitude[i] = takesTop ? top[0] : bottom[0];
            top = takesTop ? top[1..] : top;
            bottom = takesTop ? bottom : bottom[1..];
        }
    }

    private TopExample Example(int index)
    {
        var (examples, at) = index < _rows.Top.All.Count
            ? (_rows.Top.All, index)
            : (_rows.Bottom.All, index - _rows.Top.All.Count);
        return new TopExample(examples.Values[at], examples.Place(at, firstSequence: 0));
    }

    private void ListBands(int latent, int row, QuantileBands bands)
    {
        bands.Edges.CopyTo(Of(Edges, latent));
        var first = _rows.Drawn.Rows[row].First;
        var drawn = _rows.Drawn.Read(row);
        var chosen = Of(Quantile, latent);
        bands.Choose(drawn, chosen);
        for (var band = 0; band < _options.QuantileBands; band++)
        {
            var ofBand = chosen.Slice(band * _options.QuantileExamples, _options.QuantileExamples);
            var count = ofBand.IndexOf(None);
            Place(count < 0 ? ofBand : ofBand[..count], drawn, first);
        }
    }

    /// <summary>Orders indices of a row's examples by sequence and position, and makes them indices of all rows'.</summary>
    private static void Place(Span<int> list, DrawnExample[] drawn, int first)
    {
        list.Sort((a, b) => a == b ? 0 : DrawnExample.IsBefore(drawn[a].Place, drawn[b].Place) ? -1 : 1);
        foreach (ref var index in list)
        {
            index += first;
        }
    }

    private Span<T> Of<T>(T[] list, int latent)
    {
        var length = list.Length / _rows.Width;
        return list.AsSpan(latent * length, length);
    }
}
