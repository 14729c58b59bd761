using AeServerless.Engine.Statistics.Examples;
using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Results.Tables;

/// <summary>Top examples in a file, see <see cref="SignedColumns"/>.</summary>
internal ref struct ExampleTensors
{
    private const int ExamplesAtOnce = 32;

    private readonly WholeNumbers _lengths;
    private readonly ReadOnlySpan<float> _values;
    private readonly PlaceTensors _places;
    private int _row;
    private int _at;

    /// <summary>Finds them in a file.</summary>
    /// <exception cref="InvalidInputException">The tensors are missing, or have another number of rows.</exception>
    public ExampleTensors(LoadedResult file, string name, int rows)
    {
        _lengths = file.WholeNumbers(name + "_lengths");
        _values = file.Numbers<float>(name + "_values", TensorDtype.F32);
        _places = new PlaceTensors(file, name, _values.Length);
        if (_lengths.Length != rows || _lengths.Sum() != _values.Length)
        {
            throw file.Contradiction(name);
        }
    }

    /// <summary>
    /// Offers the next row's examples, whose result starts at sequence <paramref name="firstSequence"/> of what the list is of.
    /// </summary>
    public void OfferNextTo(ExampleList list, long firstSequence)
    {
        var end = _at + (int)_lengths[_row++];

        // Strongest first: once one is too weak, all others are.
        Span<TopExample> some = stackalloc TopExample[ExamplesAtOnce];
        for (var count = some.Length; _at < end && count == some.Length;)
        {
            var threshold = list.Threshold;
            for (count = 0; count < some.Length && _at < end && MathF.Abs(_values[_at]) >= threshold; count++, _at++)
            {
                some[count] = new(_values[_at], _places.At(_at, firstSequence));
            }

            list.Merge(some[..count]);
        }

        _at = end;
    }
}
