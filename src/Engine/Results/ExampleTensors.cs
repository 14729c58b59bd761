using AeServerless.Engine.Statistics;
using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Results;

/// <summary>Top examples in a file: of each row its examples, strongest first.</summary>
internal sealed class ExampleTensors
{
    private readonly long[] _starts;
    private readonly float[] _values;
    private readonly long[] _sequences;
    private readonly int[] _positions;
    private readonly int[] _tokens;

    private ExampleTensors(long[] starts, float[] values, long[] sequences, int[] positions, int[] tokens) =>
        (_starts, _values, _sequences, _positions, _tokens) = (starts, values, sequences, positions, tokens);

    public static void Add(TensorSet tensors, string name, ExampleList[] rows)
    {
        var starts = new long[rows.Length + 1];
        for (var row = 0; row < rows.Length; row++)
        {
            starts[row + 1] = starts[row] + rows[row].Examples.Length;
        }

        var count = starts[^1];
        var (values, sequences, positions, tokens) = (new float[count], new long[count], new int[count], new int[count]);
        for (var row = 0; row < rows.Length; row++)
        {
            var at = starts[row];
            foreach (var example in rows[row].Examples)
            {
                (values[at], sequences[at]) = (example.Value, example.Place.Sequence);
                (positions[at], tokens[at]) = (example.Place.Position, example.Place.Token);
                at++;
            }
        }

        tensors.Add(name + "_indptr", starts);
        tensors.Add(name + "_values", values);
        tensors.Add(name + "_sequences", sequences);
        tensors.Add(name + "_positions", positions);
        tensors.Add(name + "_tokens", tokens);
    }

    public static async Task<ExampleTensors> ReadAsync(SafetensorsFile file, string name, CancellationToken cancellationToken) => new(
        await file.ReadInt64Async(name + "_indptr", cancellationToken),
        await file.ReadFloatsAsync(name + "_values", cancellationToken),
        await file.ReadInt64Async(name + "_sequences", cancellationToken),
        await file.ReadInt32Async(name + "_positions", cancellationToken),
        await file.ReadInt32Async(name + "_tokens", cancellationToken));

    public void OfferTo(ExampleList list, int row)
    {
        for (var i = _starts[row]; i < _starts[row + 1]; i++)
        {
            list.Offer(_values[i], new TokenPlace(_sequences[i], _positions[i], _tokens[i]));
        }
    }
}
