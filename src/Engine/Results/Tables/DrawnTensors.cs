using AeServerless.Engine.Statistics;
using AeServerless.Engine.Statistics.Examples;
using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Results.Tables;

/// <summary>Random examples in a file, see <see cref="DrawnColumns"/>.</summary>
internal sealed class DrawnTensors
{
    private readonly LoadedColumn _keys;

    /// <summary>Finds them in a file.</summary>
    /// <exception cref="InvalidInputException">The tensors are missing, or have another number of rows.</exception>
    public DrawnTensors(LoadedResult file, string name, int rows)
    {
        Rows = new RowRanges(file, name, rows);
        All = new PlacedValues(file, name, Rows.Elements);
        _keys = file.Column(name + "_keys", TensorDtype.U32);
        if (_keys.Length != Rows.Elements)
        {
            throw file.Contradiction(name);
        }
    }

    /// <summary>The examples of all rows.</summary>
    public PlacedValues All { get; }

    /// <summary>Which of them are a row's.</summary>
    public RowRanges Rows { get; }

    /// <summary>An example, whose file starts at sequence <paramref name="firstSequence"/> of what the sample is of.</summary>
    public DrawnExample Example(int example, long firstSequence) =>
        new(_keys.Numbers<uint>()[example], All.Values[example], All.Place(example, firstSequence));

    /// <summary>A row's examples, as the file's sequences count.</summary>
    public DrawnExample[] Read(int row)
    {
        var (first, end) = Rows[row];
        var examples = new DrawnExample[end - first];
        for (var i = 0; i < examples.Length; i++)
        {
            examples[i] = Example(first + i, firstSequence: 0);
        }

        return examples;
    }

    /// <summary>Offers a row to the sample of all values.</summary>
    /// <param name="drawn">Takes them.</param>
    /// <param name="row">The row.</param>
    /// <param name="firstSequence">Where the file's result starts, in sequences of what the sample is of.</param>
    public void OfferTo(DrawnExamples drawn, int row, long firstSequence)
    {
        for (var (at, end) = Rows[row]; at < end; at++)
        {
            drawn.Offer(Example(at, firstSequence));
        }
    }

    /// <summary>Offers a row to the samples of bins.</summary>
    /// <inheritdoc cref="OfferTo(DrawnExamples, int, long)"/>
    public void OfferToBins(DrawnExamples drawn, int row, long firstSequence, LogHistogram histogram)
    {
        for (var (at, end) = Rows[row]; at < end; at++)
        {
            var example = Example(at, firstSequence);
            drawn.Prepare(negative: example.Value < 0);
            drawn.Offer(histogram.SignedBin(example.Value), example);
        }
    }
}
