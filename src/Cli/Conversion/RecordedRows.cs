using AeServerless.Engine;
using AeServerless.Engine.Tensors;

namespace AeServerless.Cli.Conversion;

/// <summary>Activations of a place in the model, a row for each token.</summary>
/// <param name="Array">The array, <c>[tokens, width]</c> or <c>[sequences, context, width]</c>.</param>
internal sealed record RecordedRows(ArrayRows Array) : IDisposable
{
    /// <summary>Tokens.</summary>
    public long Rows => Array.Shape.SkipLast(1).Aggregate(1L, (product, dimension) => product * dimension);

    /// <summary>Numbers of a token.</summary>
    public int Width => (int)Array.Shape[^1];

    private int RowBytes => Width * Array.Dtype.Size();

    /// <summary>Takes an array of activations.</summary>
    /// <exception cref="InvalidInputException">The array is of another form or type.</exception>
    public static RecordedRows Of(ArrayRows array)
    {
        if (array.Shape.Count is not (2 or 3) || array.Shape[^1] > int.MaxValue / sizeof(double))
        {
            throw new InvalidInputException(
                array.Name, $"has the shape {array.ShapeText}; [tokens, width] or [sequences, context, width] is needed");
        }

        return array.Dtype.IsActivation()
            ? new RecordedRows(array)
            : throw new InvalidInputException(array.Name, $"is {array.Dtype.Name()}; float32 or float16 is needed, or bfloat16");
    }

    /// <summary>Throws unless there is a row for each token id.</summary>
    public void RequireFits(string tensor, SequenceIds ids)
    {
        if (Rows != ids.Tokens)
        {
            throw new InvalidInputException(tensor, $"{Array.Name} has {Rows} rows, but there are {ids.Tokens} token ids");
        }

        if (Array.Shape is [_, var context, _] && context != ids.Context)
        {
            throw new InvalidInputException(
                tensor, $"{Array.Name} has sequences of {context} tokens, but those of the token ids have {ids.Context}");
        }
    }

    /// <summary>Reads rows as they are stored; they are read in order, each once.</summary>
    public async Task ReadAsync(long first, Memory<byte> rows, CancellationToken cancellationToken) =>
        await Array.ReadAsync(first, rows, RowBytes, cancellationToken);

    /// <summary>Rows that make a block of at most so many bytes; at least one.</summary>
    public int RowsIn(int bytes) => Math.Max(1, bytes / RowBytes);

    /// <summary>Bytes of so many rows.</summary>
    public int Bytes(int rows) => checked(rows * RowBytes);

    public void Dispose() => Array.Dispose();
}
