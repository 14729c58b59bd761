using AeServerless.Engine.Statistics;
using AeServerless.Engine.Statistics.Examples;
using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Results.Tables;

/// <summary>Random examples in a file, see <see cref="DrawnColumns"/>.</summary>
internal ref struct DrawnTensors
{
    private readonly WholeNumbers _lengths;
    private readonly ReadOnlySpan<uint> _keys;
    private readonly ReadOnlySpan<float> _values;
    private readonly PlaceTensors _places;
    private int _row;
    private int _at;

    /// <summary>Finds them in a file.</summary>
    /// <exception cref="InvalidInputException">The tensors are missing, or have another number of rows.</exception>
    public DrawnTensors(LoadedResult file, string name, int rows)
    {
        _lengths = file.WholeNumbers(name + "_lengths");
        _keys = file.Numbers<uint>(name + "_keys", TensorDtype.U32);
        _values = file.Numbers<float>(name + "_values", TensorDtype.F32);
        _places = new PlaceTensors(file, name, _keys.Length);
        if (_lengths.Length != rows || _lengths.Sum() != _keys.Length || _values.Length != _keys.Length)
        {
            throw file.Contradiction(name);
        }
    }

    /// <summary>Offers the next row to the sample of all values.</summary>
    /// <param name="drawn">Takes them.</param>
    /// <param name="firstSequence">Where the file's result starts, in sequences of what the sample is of.</param>
    public void OfferNextTo(DrawnExamples drawn, long firstSequence)
    {
        for (var end = _at + _lengths[_row++]; _at < end; _at++)
        {
            drawn.Offer(Example(firstSequence));
        }
    }

    /// <summary>Offers the next row to the samples of bins.</summary>
    /// <inheritdoc cref="OfferNextTo(DrawnExamples, long)"/>
    public void OfferNextToBins(DrawnExamples drawn, LogHistogram histogram, long firstSequence)
    {
        for (var end = _at + _lengths[_row++]; _at < end; _at++)
        {
            var example = Example(firstSequence);
            drawn.Prepare(negative: example.Value < 0);
            drawn.Offer(histogram.Bin(example.Value) + (example.Value < 0 ? histogram.Bins : 0), example);
        }
    }

    private readonly DrawnExample Example(long firstSequence) => new(
        _keys[_at], _values[_at], _places.At(_at, firstSequence));
}
