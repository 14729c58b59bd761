using AeServerless.Engine.Statistics.Examples;

namespace AeServerless.Engine.Results.Tables;

/// <summary>Top examples in a file, see <see cref="SignedColumns"/>.</summary>
internal sealed class ExampleTensors
{
    private const int ExamplesAtOnce = 32;

    /// <summary>Finds them in a file.</summary>
    /// <exception cref="InvalidInputException">The tensors are missing, or have another number of rows.</exception>
    public ExampleTensors(LoadedResult file, string name, int rows)
    {
        Rows = new RowRanges(file, name, rows);
        All = new PlacedValues(file, name, Rows.Elements);
    }

    /// <summary>The examples of all rows.</summary>
    public PlacedValues All { get; }

    /// <summary>Which of them are a row's, the strongest first.</summary>
    public RowRanges Rows { get; }

    /// <summary>
    /// Offers a row's examples, whose result starts at sequence <paramref name="firstSequence"/> of what the list is of.
    /// </summary>
    public void OfferTo(ExampleList list, int row, long firstSequence)
    {
        var (at, end) = Rows[row];
        var values = All.Values;

        // Strongest first: once one is too weak, all others are.
        Span<TopExample> some = stackalloc TopExample[ExamplesAtOnce];
        for (var count = some.Length; at < end && count == some.Length;)
        {
            var threshold = list.Threshold;
            for (count = 0; count < some.Length && at < end && MathF.Abs(values[at]) >= threshold; count++, at++)
            {
                some[count] = new(values[at], All.Place(at, firstSequence));
            }

            list.Merge(some[..count]);
        }
    }
}
