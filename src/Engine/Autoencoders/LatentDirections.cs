using System.Runtime.CompilerServices;
using AeServerless.Engine.Numerics;

namespace AeServerless.Engine.Autoencoders;

/// <summary>
/// A direction for each latent: what it adds to a reconstruction, or writes to the residual stream. <c>[latents, width]</c>, but stored a
/// block of <see cref="BlockColumns"/> columns at a time, zeros after the last column: work that takes a block at a time, in order of
/// latents, reads it from memory as one stream.
/// </summary>
public sealed unsafe class LatentDirections
{
    /// <summary>Columns of a block.</summary>
    public const int BlockColumns = 64;

    // Pinned: where a cache line starts in them is found once.
    private readonly float[][] _blocks;
    private readonly int[] _starts;

    /// <summary>Stores the rows of a matrix.</summary>
    /// <param name="rows"><c>[latents, width]</c>.</param>
    /// <param name="width">Width of a row.</param>
    /// <exception cref="ArgumentOutOfRangeException">The matrix is not of whole rows.</exception>
    public LatentDirections(ReadOnlySpan<float> rows, int width)
        : this(RowsOf(rows.Length, width), width)
    {
        SetRows(0, rows);
    }

    /// <summary>Takes memory for directions, zeros at first.</summary>
    public LatentDirections(int latents, int width)
    {
        (Latents, Width) = (latents, width);
        _blocks = new float[(width + BlockColumns - 1) / BlockColumns][];
        _starts = new int[_blocks.Length];
        for (var block = 0; block < _blocks.Length; block++)
        {
            _blocks[block] = GC.AllocateArray<float>(checked((latents * BlockColumns) + CacheLine.Floats), pinned: true);
            fixed (float* first = _blocks[block])
            {
                _starts[block] = (int)(CacheLine.Align(first) - first);
            }
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
    /// <exception cref="ArgumentOutOfRangeException">The matrix is not of whole rows.</exception>
    public static LatentDirections Transposed(float[] columns, int width)
    {
        ArgumentNullException.ThrowIfNull(columns);
        var directions = new LatentDirections(RowsOf(columns.Length, width), width);
        directions.SetColumns(0, columns);
        return directions;
    }

    /// <summary>A latent's direction. <c>[width]</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such latent.</exception>
    public float[] Row(int latent) => Rows(latent, 1);

    /// <summary>Directions of neighbouring latents. <c>[count, width]</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are no such latents.</exception>
    public float[] Rows(int first, int count)
    {
        ValidateLatents(first, count);
        var rows = new float[checked(count * Width)];
        for (var row = 0; row < count; row++)
        {
            CopyRow(first + row, rows.AsSpan(row * Width, Width));
        }

        return rows;
    }

    /// <summary>Copies a latent's direction.</summary>
    /// <param name="latent">The latent.</param>
    /// <param name="into"><c>[width]</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such latent.</exception>
    public void CopyRow(int latent, Span<float> into)
    {
        ValidateLatents(latent, 1);
        for (var block = 0; block < _blocks.Length; block++)
        {
            Part(block, latent).CopyTo(into[(block * BlockColumns)..]);
        }
    }

    /// <summary>‖direction‖₂ of each latent, computed in float64 and rounded once. <c>[latents]</c>.</summary>
    public float[] Norms()
    {
        var norms = new float[Latents];
        var row = new float[Width];
        for (var latent = 0; latent < norms.Length; latent++)
        {
            CopyRow(latent, row);
            norms[latent] = FixedOrder.Norm(row);
        }

        return norms;
    }

    /// <summary>Stores directions of neighbouring latents.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="rows"><c>[any, width]</c>.</param>
    public void SetRows(int first, ReadOnlySpan<float> rows)
    {
        var count = RowsOf(rows.Length, Width);
        ValidateLatents(first, count);
        for (var row = 0; row < count; row++)
        {
            for (var block = 0; block < _blocks.Length; block++)
            {
                rows.Slice((row * Width) + (block * BlockColumns), ColumnsOf(block)).CopyTo(Part(block, first + row));
            }
        }
    }

    /// <summary>Stores one element of every direction, for some neighbouring columns.</summary>
    /// <param name="first">The first column.</param>
    /// <param name="columns"><c>[any, latents]</c>.</param>
    internal void SetColumns(int first, ReadOnlyMemory<float> columns)
    {
        // Few enough latents at a time that their rows stay in cache while the columns are read.
        const int Together = 64;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first + RowsOf(columns.Length, Latents), Width);
        Parallel.For(0, (Latents + Together - 1) / Together, part =>
            SetColumns(first, columns.Span, part * Together, Math.Min(Latents, (part + 1) * Together)));
    }

    /// <summary>
    /// The address of a block of columns, aligned to a cache line. Valid as long as this object lives.
    /// <c>[latents, <see cref="BlockColumns"/>]</c>.
    /// </summary>
    internal float* Block(int block) => (float*)Unsafe.AsPointer(ref _blocks[block][_starts[block]]);

    /// <summary>Columns of a block that are not padding.</summary>
    internal int ColumnsOf(int block) => Math.Min(BlockColumns, Width - (block * BlockColumns));

    private static int RowsOf(int length, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfNotEqual(length % width, 0, nameof(width));
        return length / width;
    }

    private void ValidateLatents(int first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Latents - first);
    }

    private Span<float> Part(int block, int latent) => _blocks[block].AsSpan(_starts[block] + (latent * BlockColumns), ColumnsOf(block));

    private void SetColumns(int first, ReadOnlySpan<float> columns, int firstLatent, int endLatent)
    {
        for (var i = 0; i < columns.Length / Latents; i++)
        {
            var (block, column) = Math.DivRem(first + i, BlockColumns);
            var to = _blocks[block].AsSpan(_starts[block]);
            var from = columns.Slice(i * Latents, Latents);
            for (var latent = firstLatent; latent < endLatent; latent++)
            {
                to[(latent * BlockColumns) + column] = from[latent];
            }
        }
    }
}
