using AeServerless.Engine.Encoding;

namespace AeServerless.Engine.Autoencoders;

/// <summary>
/// A direction for each latent: what it adds to a reconstruction, or writes to the residual stream. <c>[latents, width]</c>, but stored a block of
/// <see cref="BlockColumns"/> columns at a time, zeros behind the last column: work that takes a block at a time, in order of latents, reads it from
/// memory as one stream.
/// </summary>
public sealed unsafe class LatentDirections
{
    /// <summary>Columns of a block.</summary>
    public const int BlockColumns = 64;

    // Pinned, as their addresses are kept.
    private readonly float[][] _memory;
    private readonly nint[] _blocks;

    /// <summary>Stores the rows of a matrix.</summary>
    /// <param name="rows"><c>[latents, width]</c>.</param>
    /// <param name="width">Width of a row.</param>
    public LatentDirections(ReadOnlySpan<float> rows, int width)
        : this(rows.Length / Math.Max(1, width), width)
    {
        for (var latent = 0; latent < Latents; latent++)
        {
            for (var block = 0; block < _blocks.Length; block++)
                rows.Slice((latent * width) + (block * BlockColumns), ColumnsOf(block)).CopyTo(Part(block, latent));
        }
    }

    private LatentDirections(int latents, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        (Latents, Width) = (latents, width);
        _memory = new float[(width + BlockColumns - 1) / BlockColumns][];
        _blocks = new nint[_memory.Length];
        for (var block = 0; block < _memory.Length; block++)
        {
            _memory[block] = GC.AllocateArray<float>(checked((latents * BlockColumns) + CacheLine.Floats), pinned: true);
            fixed (float* first = _memory[block])
                _blocks[block] = (nint)CacheLine.Align(first);
        }
    }

    /// <summary>Number of latents.</summary>
    public int Latents { get; }

    /// <summary>Width of a direction.</summary>
    public int Width { get; }

    /// <summary>Number of blocks of columns.</summary>
    internal int Blocks => _blocks.Length;

    /// <summary>Stores the columns of a matrix.</summary>
    /// <param name="columns"><c>[width, latents]</c>.</param>
    /// <param name="width">Number of rows of the matrix.</param>
    public static LatentDirections Transposed(float[] columns, int width)
    {
        ArgumentNullException.ThrowIfNull(columns);
        var directions = new LatentDirections(columns.Length / Math.Max(1, width), width);
        Parallel.For(0, directions.Blocks, block => directions.FillTransposed(columns, block));
        return directions;
    }

    /// <summary>A latent's direction. <c>[width]</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such latent.</exception>
    public float[] Row(int latent) => Rows(latent, 1);

    /// <summary>Directions of neighbouring latents. <c>[count, width]</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are no such latents.</exception>
    public float[] Rows(int first, int count)
    {
        var rows = new float[count * Width];
        for (var row = 0; row < count; row++)
            CopyRow(first + row, rows.AsSpan(row * Width, Width));
        return rows;
    }

    /// <summary>Copies a latent's direction.</summary>
    /// <param name="latent">The latent.</param>
    /// <param name="into"><c>[width]</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such latent.</exception>
    public void CopyRow(int latent, Span<float> into)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(latent);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(latent, Latents);
        for (var block = 0; block < _blocks.Length; block++)
            Part(block, latent).CopyTo(into[(block * BlockColumns)..]);
    }

    /// <summary>‖direction‖₂ of each latent, computed in float64 and rounded once. <c>[latents]</c>.</summary>
    public float[] Norms()
    {
        var norms = new float[Latents];
        var row = new float[Width];
        for (var latent = 0; latent < norms.Length; latent++)
        {
            CopyRow(latent, row);
            norms[latent] = (float)Math.Sqrt(FixedOrder.SquaredNorm(row));
        }

        return norms;
    }

    /// <summary>The columns of a block, from the beginning of a cache line on. <c>[latents, <see cref="BlockColumns"/>]</c>. As long as this object lives.</summary>
    internal float* Block(int block) => (float*)_blocks[block];

    /// <summary>Columns of a block that are not padding.</summary>
    internal int ColumnsOf(int block) => Math.Min(BlockColumns, Width - (block * BlockColumns));

    private Span<float> Part(int block, int latent) => new(Block(block) + ((nint)latent * BlockColumns), ColumnsOf(block));

    private void FillTransposed(float[] columns, int block)
    {
        // So many latents at a time that what is written of them stays in cache while the columns come.
        const int Together = 64;
        for (var first = 0; first < Latents; first += Together)
        {
            var end = Math.Min(Latents, first + Together);
            for (var column = 0; column < ColumnsOf(block); column++)
            {
                var from = columns.AsSpan(((block * BlockColumns) + column) * Latents, Latents);
                for (var latent = first; latent < end; latent++)
                    Block(block)[((nint)latent * BlockColumns) + column] = from[latent];
            }
        }
    }
}
