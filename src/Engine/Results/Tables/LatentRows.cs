using System.Numerics;
using AeServerless.Engine.Numerics;
using AeServerless.Engine.Statistics;
using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Results.Tables;

/// <summary>
/// Statistics in a file, see <see cref="LatentColumns"/>: a row for each latent that had a value. Several threads may read; good until the
/// file is disposed.
/// </summary>
internal sealed class LatentRows
{
    private const int NoRow = -1;

    private readonly LoadedResult _file;
    private readonly LoadedColumn _totals;
    private readonly LoadedColumn _latents;
    private readonly LoadedColumn _counts;
    private readonly LoadedColumn _max;
    private readonly LoadedColumn _min;
    private readonly LimbTable _sums;
    private readonly LimbTable _squares;
    private readonly PowerTensors _powers;
    private readonly int[] _rows; // [width]

    /// <summary>Finds them in a file.</summary>
    /// <exception cref="InvalidInputException">Tensors are missing, or do not fit each other.</exception>
    public LatentRows(LoadedResult file)
    {
        _file = file;
        Options = file.File.Options();
        Histogram = new LogHistogram(Options);
        _totals = file.Column(LatentColumns.Totals, TensorDtype.I64);
        _latents = file.Column(LatentColumns.Latents, TensorDtype.I32);
        _counts = file.WholeColumn(LatentColumns.Counts);
        _max = file.Column(LatentColumns.Max, TensorDtype.F32);
        _min = file.Column(LatentColumns.Min, TensorDtype.F32);
        _sums = new LimbTable(file, LatentColumns.Sum, ExactFormat.Values, Count);
        _squares = new LimbTable(file, LatentColumns.Squares, ExactFormat.Squares, Count);
        _powers = new PowerTensors(file, Count);
        Positive = new BinTensors(file, LatentColumns.Positive, Count, Histogram.Bins);
        Negative = new BinTensors(file, LatentColumns.Negative, Count, Histogram.Bins);
        Top = new ExampleTensors(file, LatentColumns.Top, Count);
        Bottom = new ExampleTensors(file, LatentColumns.Bottom, Count);
        Random = new DrawnTensors(file, LatentColumns.Random, Count);
        Drawn = new DrawnTensors(file, LatentColumns.Drawn, Count);
        if (_totals.Length != LatentColumns.TotalsLength || _counts.Length != Count || _max.Length != Count || _min.Length != Count)
        {
            throw file.Contradiction(LatentColumns.Latents);
        }

        _rows = FindRows((int)file.File.Number(LatentColumns.Width));
    }

    /// <summary>Number of latents, with those that never had a value.</summary>
    public int Width => _rows.Length;

    /// <summary>Latents that had a value: rows.</summary>
    public int Count => _latents.Length;

    /// <summary>What is kept of them.</summary>
    public StatisticsOptions Options { get; }

    /// <summary>Has the bins.</summary>
    public LogHistogram Histogram { get; }

    /// <summary>Whether the norms of the autoencoder's error were known at the values' tokens.</summary>
    public bool HasErrorNorms => _powers.HasErrorNorms;

    /// <summary>How often each bin of positive values was met.</summary>
    public BinTensors Positive { get; }

    /// <summary>How often each bin of negative values was met.</summary>
    public BinTensors Negative { get; }

    /// <summary>The largest values.</summary>
    public ExampleTensors Top { get; }

    /// <summary>The most negative values.</summary>
    public ExampleTensors Bottom { get; }

    /// <summary>Samples of all values.</summary>
    public DrawnTensors Random { get; }

    /// <summary>Samples of each bin's.</summary>
    public DrawnTensors Drawn { get; }

    /// <summary>Whether a latent had a value, and its row.</summary>
    public bool TryGetRow(int latent, out int row)
    {
        row = _rows[latent];
        return row != NoRow;
    }

    /// <summary>How many values all latents had.</summary>
    public long CountValues() => _counts.WholeNumbers.Sum();

    /// <summary>Adds counts of tokens and what else is not a latent's.</summary>
    public void AddTotalsTo(LatentStatistics into)
    {
        var totals = _totals.Numbers<long>();
        into.AddCounts(totals[0], totals[1], totals[2], totals[3]);
        into.HasErrorNorms |= HasErrorNorms;
        if (_file.File.Tensors.ContainsKey(LatentColumns.Excluded))
        {
            var excluded = _file.Numbers<long>(LatentColumns.Excluded, TensorDtype.I64);
            (into.Excluded ??= new ExcludedTokens()).Add(
                excluded.Length == ExcludedTokens.Length ? excluded : throw _file.Contradiction(LatentColumns.Excluded));
        }

        if (_file.File.Tensors.ContainsKey(LatentColumns.Dense))
        {
            AddDenseTo(into.Dense ??= new DenseTotals());
        }
    }

    /// <summary>Adds what is known of neighbouring latents, as many as the statistics have.</summary>
    /// <param name="into">Has the same options.</param>
    /// <param name="first">The latent that is its first.</param>
    /// <param name="firstSequence">Where the file's result starts, in sequences of what <paramref name="into"/> is of.</param>
    public void AddTo(LatentStatistics into, int first, long firstSequence)
    {
        for (var latent = first; latent < Math.Min(first + into.Width, Width); latent++)
        {
            if (TryGetRow(latent, out var row))
            {
                AddTo(into.StateOf(latent - first), row, firstSequence);
            }
        }
    }

    /// <summary>Adds a row.</summary>
    /// <inheritdoc cref="AddTo(LatentStatistics, int, long)"/>
    public void AddTo(LatentState into, int row, long firstSequence)
    {
        AddFiguresTo(into, row);
        Top.OfferTo(into.Positive.Examples, row, firstSequence);
        Bottom.OfferTo(into.Negative.Examples, row, firstSequence);
        Random.OfferTo(into.Drawn, row, firstSequence);
        Drawn.OfferToBins(into.Drawn, row, firstSequence, Histogram);
    }

    /// <summary>Adds a row without its examples.</summary>
    public void AddFiguresTo(LatentState into, int row)
    {
        into.BeginAddition(_counts.WholeNumbers[row], _max.Numbers<float>()[row], _min.Numbers<float>()[row]);
        _sums.AddTo(into.Sum, row);
        _squares.AddTo(into.Squares, row);
        _powers.AddTo(into, row);
        Positive.AddTo(into.Positive, row);
        Negative.AddTo(into.Negative, row);
    }

    private int[] FindRows(int width)
    {
        var rows = new int[width];
        Array.Fill(rows, NoRow);
        var latents = _latents.Numbers<int>();
        for (var row = 0; row < latents.Length; row++)
        {
            var latent = latents[row];
            if (latent < 0 || latent >= width || rows[latent] != NoRow)
            {
                throw _file.Contradiction(LatentColumns.Latents);
            }

            rows[latent] = row;
        }

        return rows;
    }

    private void AddDenseTo(DenseTotals into)
    {
        var table = new LimbTable(_file, LatentColumns.Dense, DenseTotals.Format, DenseTotals.Rows);
        var numbers = new BigInteger[DenseTotals.Rows];
        for (var row = 0; row < numbers.Length; row++)
        {
            var limbs = new long[DenseTotals.Format.Limbs];
            table.AddTo(limbs, row);
            numbers[row] = ExactSum.ToInteger(limbs);
        }

        into.Add(numbers);
    }
}
