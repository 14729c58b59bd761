namespace AeServerless.Engine.Autoencoders;

/// <summary>
/// An encoder's weights, <c>[latents, input]</c>, in blocks of whole rows: all of them can be more than one array holds. A block begins at
/// a multiple of <see cref="RowsTogether"/> rows, so that many neighbours are always beside each other in memory.
/// </summary>
public sealed class EncoderRows
{
    /// <summary>Rows that are in one block.</summary>
    public const int RowsTogether = 1024;

    private const int BlockElements = 1 << 28;

    private readonly float[][] _blocks;
    private readonly int _rowsOfBlock;

    /// <summary>Takes memory for rows, zeros at first.</summary>
    /// <param name="latents">Number of rows.</param>
    /// <param name="width">Width of a row, at least 1.</param>
    /// <param name="blockElements">About as many elements as a block has.</param>
    public EncoderRows(int latents, int width, int blockElements = BlockElements)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(latents);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        (Latents, Width) = (latents, width);
        var together = Math.Max(1, blockElements / ((long)RowsTogether * width));
        _rowsOfBlock = (int)Math.Min(together * RowsTogether, Math.Max(latents, 1L));
        _blocks = new float[(int)((latents + (long)_rowsOfBlock - 1) / _rowsOfBlock)][];
        for (var block = 0; block < _blocks.Length; block++)
        {
            _blocks[block] = new float[checked(RowsOf(block) * width)];
        }
    }

    /// <summary>Holds rows that are in memory already; not copied.</summary>
    /// <param name="rows"><c>[latents, width]</c>.</param>
    /// <param name="width">Width of a row, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The array is not of whole rows.</exception>
    public EncoderRows(float[] rows, int width)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfNotEqual(rows.Length % width, 0, nameof(width));
        (Latents, Width) = (rows.Length / width, width);
        _rowsOfBlock = Math.Max(1, Latents);
        _blocks = [rows];
    }

    /// <summary>Holds rows that are in memory already, in blocks of equally many; not copied.</summary>
    /// <param name="blocks">The blocks in order, <c>[rows, width]</c>; the last may have fewer rows.</param>
    /// <param name="rowsOfBlock">Rows of a block: where there are several, a multiple of <see cref="RowsTogether"/>.</param>
    /// <param name="width">Width of a row, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The blocks are not of such rows.</exception>
    public EncoderRows(float[][] blocks, int rowsOfBlock, int width)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(rowsOfBlock, 1);
        ArgumentOutOfRangeException.ThrowIfZero(blocks.Length);
        for (var block = 0; block < blocks.Length - 1; block++)
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(rowsOfBlock % RowsTogether, 0, nameof(rowsOfBlock));
            ArgumentOutOfRangeException.ThrowIfNotEqual(blocks[block].LongLength, (long)rowsOfBlock * width, nameof(blocks));
        }

        ArgumentOutOfRangeException.ThrowIfNotEqual(blocks[^1].Length % width, 0, nameof(width));
        (_blocks, _rowsOfBlock, Width) = (blocks, rowsOfBlock, width);
        Latents = checked((rowsOfBlock * (blocks.Length - 1)) + (blocks[^1].Length / width));
    }

    /// <summary>Number of rows.</summary>
    public int Latents { get; }

    /// <summary>Width of a row.</summary>
    public int Width { get; }

    /// <summary>The blocks in order, each of whole rows. <c>[rows, width]</c>.</summary>
    public IReadOnlyList<float[]> Blocks => _blocks;

    /// <summary>A latent's row. <c>[width]</c>.</summary>
    public Span<float> Row(int latent) => Rows(latent, 1);

    /// <summary>Neighbouring rows of one block: those from a multiple of <see cref="RowsTogether"/> up to the next are.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="count">How many.</param>
    /// <returns><c>[count, width]</c>.</returns>
    public Span<float> Rows(int first, int count) =>
        _blocks[first / _rowsOfBlock].AsSpan(first % _rowsOfBlock * Width, count * Width);

    /// <summary>The first latent of a block.</summary>
    public int FirstOf(int block) => block * _rowsOfBlock;

    private int RowsOf(int block) => Math.Min(_rowsOfBlock, Latents - FirstOf(block));
}
