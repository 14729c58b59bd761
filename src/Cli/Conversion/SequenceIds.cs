using System.Buffers.Binary;
using AeServerless.Engine;
using AeServerless.Engine.Tensors;

namespace AeServerless.Cli.Conversion;

/// <summary>Token ids, sequence by sequence. <c>[sequences, context]</c>.</summary>
internal sealed class SequenceIds : IDisposable
{
    private readonly ArrayRows? _array;

    private SequenceIds(ArrayRows? array, long sequences, int context) => (_array, Sequences, Context) = (array, sequences, context);

    public long Sequences { get; }

    /// <summary>Tokens of a sequence.</summary>
    public int Context { get; }

    public long Tokens => Sequences * Context;

    /// <summary>Takes an array of ids.</summary>
    /// <param name="array">The array, <c>[sequences, context]</c>, or <c>[tokens]</c>.</param>
    /// <param name="context">Tokens of a sequence, where the array does not say it.</param>
    /// <exception cref="InvalidInputException">The array is of another form or type.</exception>
    public static SequenceIds Of(ArrayRows array, int? context)
    {
        if (array.Dtype is not (TensorDtype.I64 or TensorDtype.I32 or TensorDtype.U32 or TensorDtype.U16))
        {
            throw new InvalidInputException(array.Name, $"is {array.Dtype.Name()}; int64, int32, uint32 or uint16 is needed");
        }

        var length = array.Shape.Count switch
        {
            2 when context is null => array.Shape[1],
            1 when context is { } given => given,
            _ => throw new InvalidInputException(
                array.Name, $"has the shape {array.ShapeText}; [sequences, context] is needed, or [tokens] with --context"),
        };
        var count = array.Shape.Aggregate(1L, (product, dimension) => product * dimension);
        return length is > 0 and <= int.MaxValue && count > 0 && count % length == 0
            ? new SequenceIds(array, count / length, (int)length)
            : throw new InvalidInputException(array.Name, $"has {count} token ids, which are no whole sequences of {length}");
    }

    /// <summary>Ids of activations that come without: each token's place in its sequence.</summary>
    public static SequenceIds Positions(ArrayRows activations) =>
        activations.Shape is [var sequences, var context, _] && context <= int.MaxValue
            ? new SequenceIds(array: null, sequences, (int)context)
            : throw new InvalidInputException(
                activations.Name, $"has the shape {activations.ShapeText}: without --tokens, [sequences, context, width] is needed");

    /// <summary>Reads whole sequences; they are read in order, each once.</summary>
    /// <exception cref="InvalidInputException">One of them is no id.</exception>
    public async Task<long[]> ReadAsync(long first, int sequences, CancellationToken cancellationToken)
    {
        var ids = new long[checked(sequences * Context)];
        if (_array is null)
        {
            for (var i = 0; i < ids.Length; i++)
            {
                ids[i] = i % Context;
            }

            return ids;
        }

        var size = _array.Dtype.Size();
        var bytes = new byte[checked(ids.Length * size)];
        await _array.ReadAsync(first, bytes, Context * size, cancellationToken);
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = Read(bytes.AsSpan(i * size, size));
            if (ids[i] is < 0 or > int.MaxValue)
            {
                throw new InvalidInputException(
                    _array.Name, $"has the id {ids[i]} at {(first * Context) + i}; ids are 0 to {int.MaxValue}");
            }
        }

        return ids;
    }

    public void Dispose() => _array?.Dispose();

    private long Read(ReadOnlySpan<byte> id) => _array!.Dtype switch
    {
        TensorDtype.I64 => BinaryPrimitives.ReadInt64LittleEndian(id),
        TensorDtype.I32 => BinaryPrimitives.ReadInt32LittleEndian(id),
        TensorDtype.U32 => BinaryPrimitives.ReadUInt32LittleEndian(id),
        _ => BinaryPrimitives.ReadUInt16LittleEndian(id),
    };
}
