using AeServerless.Exports.Runs;

namespace AeServerless.Exports.Profiles;

/// <summary>One latent's values over a dataset: those that are not zero, by row.</summary>
internal sealed class LatentProfile
{
    private readonly long[] _rows;
    private readonly float[] _values;

    /// <param name="latent">The latent.</param>
    /// <param name="rows">Rows with a value, ascending.</param>
    /// <param name="values">Their values, finite and not zero.</param>
    /// <param name="sequences">The run's sequences.</param>
    public LatentProfile(int latent, long[] rows, float[] values, SequenceMap sequences)
    {
        (Latent, _rows, _values, Sequences) = (latent, rows, values, sequences);
        Peaks = FindPeaks();
    }

    public int Latent { get; }

    public SequenceMap Sequences { get; }

    public ReadOnlySpan<long> Rows => _rows;

    public ReadOnlySpan<float> Values => _values;

    /// <summary>Sequences with a value, in order, and the strongest token of each.</summary>
    public IReadOnlyList<SequencePeak> Peaks { get; }

    /// <summary>Rows without a value.</summary>
    public long Zeros => Sequences.Tokens - _rows.Length;

    /// <summary>The values at consecutive rows, zeros among them.</summary>
    public void Fill(long firstRow, Span<float> values)
    {
        values.Clear();
        var at = Array.BinarySearch(_rows, firstRow);
        for (at = at < 0 ? ~at : at; at < _rows.Length && _rows[at] < firstRow + values.Length; at++)
        {
            values[(int)(_rows[at] - firstRow)] = _values[at];
        }
    }

    /// <summary>The strongest sequences; equal ones in order. Those without a value follow as 0, where they are asked for.</summary>
    /// <param name="count">At most so many.</param>
    /// <param name="pad">Whether sequences without a value make up for missing ones.</param>
    public IReadOnlyList<SequencePeak> Strongest(int count, bool pad)
    {
        var all = pad && Peaks.Count < Sequences.Count ? [.. Peaks, .. Silent(count)] : Peaks;
        return [.. all.OrderByDescending(peak => peak.Value).ThenBy(peak => peak.Sequence).Take(count)];
    }

    /// <summary>The peak of any sequence.</summary>
    public SequencePeak PeakOf(int sequence)
    {
        var (low, high) = (0, Peaks.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (Peaks[middle].Sequence == sequence)
            {
                return Peaks[middle];
            }

            (low, high) = Peaks[middle].Sequence < sequence ? (middle + 1, high) : (low, middle - 1);
        }

        return new SequencePeak(sequence, Sequences.Start(sequence), 0);
    }

    private IEnumerable<SequencePeak> Silent(int count)
    {
        var next = 0;
        for (var sequence = 0; sequence < Sequences.Count && count > 0; sequence++)
        {
            if (next < Peaks.Count && Peaks[next].Sequence == sequence)
            {
                next++;
            }
            else if (Sequences.Length(sequence) > 0)
            {
                count--;
                yield return new SequencePeak(sequence, Sequences.Start(sequence), 0);
            }
        }
    }

    private List<SequencePeak> FindPeaks()
    {
        var peaks = new List<SequencePeak>();
        for (var at = 0; at < _rows.Length;)
        {
            var sequence = Sequences.Find(_rows[at], peaks.Count > 0 ? peaks[^1].Sequence : 0);
            var (start, end) = (Sequences.Start(sequence), Sequences.Start(sequence + 1));
            var (from, best) = (at, at);
            for (; at < _rows.Length && _rows[at] < end; at++)
            {
                best = _values[at] > _values[best] ? at : best;
            }

            // Where all values are below zero, a token without one is stronger: the first.
            peaks.Add(_values[best] > 0 || at - from == end - start
                ? new SequencePeak(sequence, _rows[best], _values[best])
                : new SequencePeak(sequence, FirstWithout(start, from, at), 0));
        }

        return peaks;
    }

    private long FirstWithout(long start, int from, int end)
    {
        while (from < end && _rows[from] == start)
        {
            (start, from) = (start + 1, from + 1);
        }

        return start;
    }
}
