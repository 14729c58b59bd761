using AeServerless.Engine;
using AeServerless.Engine.Autoencoders;

namespace AeServerless.Formats.Tensors;

/// <summary>
/// A matrix of float32 weights of any size: stored some rows at a time in pinned memory, because one array can't hold the weights of the
/// largest autoencoders. <c>[rows, columns]</c>.
/// </summary>
public sealed class WeightMatrix
{
    private const int BlockElements = 1 << 24;

    private readonly float[][] _blocks;

    /// <summary>Takes memory for the matrix. What it holds at first is undefined.</summary>
    /// <param name="rows">Number of rows.</param>
    /// <param name="columns">Number of columns.</param>
    public WeightMatrix(int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        (Rows, Columns) = (rows, columns);
        RowsOfBlock = Math.Min(rows, RowsTogether(columns));
        _blocks = new float[(rows + RowsOfBlock - 1) / RowsOfBlock][];
        for (var block = 0; block < _blocks.Length; block++)
        {
            var count = Math.Min(RowsOfBlock, rows - (block * RowsOfBlock));
            _blocks[block] = GC.AllocateUninitializedArray<float>(checked(count * columns), pinned: true);
        }
    }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Number of columns.</summary>
    public int Columns { get; }

    /// <summary>Rows that lie in one piece of memory; the last piece may have fewer.</summary>
    public int RowsOfBlock { get; }

    /// <summary>Number of pieces.</summary>
    public int Blocks => _blocks.Length;

    /// <summary>One row. <c>[columns]</c>.</summary>
    public Span<float> Row(int row) => _blocks[row / RowsOfBlock].AsSpan(row % RowsOfBlock * Columns, Columns);

    /// <summary>Rows that lie together. <c>[up to <see cref="RowsOfBlock"/>, columns]</c>.</summary>
    public Span<float> Block(int block) => _blocks[block];

    /// <summary>
    /// The same weights, not copied, as the engine encodes with them: at most <see cref="Autoencoder.MaxInputs"/> columns.
    /// </summary>
    public EncoderRows ToEncoderRows() => new(_blocks, RowsOfBlock, Columns);

    /// <summary>All weights in one piece. <c>[rows, columns]</c>.</summary>
    /// <param name="name">What an error names.</param>
    /// <exception cref="InvalidInputException">They are more than one array can hold.</exception>
    public float[] ToArray(string name)
    {
        var count = (long)Rows * Columns;
        if (count > Array.MaxLength)
        {
            throw new InvalidInputException(
                name, $"has a matrix of [{Rows}, {Columns}]; at most {Array.MaxLength} weights can be computed with");
        }

        var all = GC.AllocateUninitializedArray<float>((int)count);
        var start = 0;
        foreach (var block in _blocks)
        {
            block.CopyTo(all, start);
            start += block.Length;
        }

        return all;
    }

    // What the engine encodes with has blocks of so many rows; what is too wide for it has fewer.
    private static int RowsTogether(int columns) => columns > Autoencoder.MaxInputs
        ? Math.Max(1, BlockElements / columns)
        : Math.Max(1, BlockElements / (EncoderRows.RowsTogether * columns)) * EncoderRows.RowsTogether;

    /// <summary>Multiplies every weight.</summary>
    internal void Scale(double factor)
    {
        if (factor != 1)
        {
            Parallel.For(0, Rows, row => ScaleRow(row, factor));
        }
    }

    /// <summary>Multiplies the weights of a row; each product is rounded once.</summary>
    internal void ScaleRow(int row, double factor)
    {
        foreach (ref var weight in Row(row))
        {
            weight = (float)(weight * factor);
        }
    }

    /// <summary>‖row‖₂ of each row. <c>[rows]</c>.</summary>
    internal double[] RowNorms()
    {
        var norms = new double[Rows];
        Parallel.For(0, Rows, row =>
        {
            var sum = 0.0;
            foreach (var weight in Row(row))
            {
                sum += (double)weight * weight;
            }

            norms[row] = Math.Sqrt(sum);
        });
        return norms;
    }
}
