using AeServerless.Engine.Autoencoders;

namespace AeServerless.Engine.Encoding.Screening;

/// <summary>
/// The few columns of a tile whose elements stand out, as residual streams have them. They are multiplied in float32 and added to the
/// screen's sums: what is rounded, and with it the bound, is then of the size of the other columns. A thread keeps its choice while it
/// serves. No choice changes a bit of the result, for the bound holds with any.
/// </summary>
internal sealed class ColumnsApart(Autoencoder autoencoder)
{
    /// <summary>Most columns apart.</summary>
    public const int Most = 8;

    private const int SampledRows = 128;

    // A column is worth its multiply-adds where it has a twentieth of what would be left, and is no common one.
    private const double LeastShare = 0.05;
    private const double LeastTimesMean = 12;

    private readonly float[] _energies = new float[autoencoder.InputSize];
    private readonly int[] _columns = new int[Most];
    private readonly int[] _wanted = new int[Most];
    private float[] _weights = []; // [columns, latents padded]

    /// <summary>Columns that are apart now.</summary>
    public ReadOnlySpan<int> Columns => _columns.AsSpan(0, Count);

    public int Count { get; private set; }

    /// <summary>Weights of the columns apart, zeros in the padding. [columns, latents]</summary>
    public ReadOnlySpan<float> Weights => _weights;

    /// <summary>Chooses the columns for a tile.</summary>
    /// <param name="rows">The tile's centred rows. [rows, input]</param>
    /// <param name="norms">Their norms; rows whose norm is zero or not finite do not count. [rows]</param>
    /// <param name="paddedLatents">Latents, with those of the padding.</param>
    public void Choose(ReadOnlySpan<float> rows, ReadOnlySpan<double> norms, int paddedLatents)
    {
        var total = Measure(rows, norms);
        var count = 0;
        var rest = total;
        while (count < Math.Min(Most, _energies.Length - 1))
        {
            var column = System.Numerics.Tensors.TensorPrimitives.IndexOfMax<float>(_energies);
            var energy = _energies[column];
            var left = Math.Max(rest - energy, 0);
            if (energy <= 0 || energy < LeastShare * left || energy * (_energies.Length - 1) < LeastTimesMean * left)
            {
                break;
            }

            (_wanted[count++], _energies[column], rest) = (column, 0, left);
        }

        var wanted = _wanted.AsSpan(0, count);
        wanted.Sort();
        if (!wanted.SequenceEqual(Columns) && !Serves(wanted))
        {
            Take(wanted, paddedLatents);
        }
    }

    /// <summary>Shares of the columns in the squared norms of some of the rows; their sum.</summary>
    private double Measure(ReadOnlySpan<float> rows, ReadOnlySpan<double> norms)
    {
        Array.Clear(_energies);
        var width = _energies.Length;
        var total = 0.0;
        for (var row = 0; row < norms.Length; row += Math.Max(1, norms.Length / SampledRows))
        {
            if (!double.IsFinite(norms[row]) || norms[row] < 1e-30 || norms[row] > 1e30)
            {
                continue;
            }

            var inverse = (float)(1 / norms[row]);
            total++;
            var values = rows.Slice(row * width, width);
            for (var i = 0; i < values.Length; i++)
            {
                var share = values[i] * inverse;
                _energies[i] += share * share;
            }
        }

        return total;
    }

    /// <summary>Whether the columns apart hold those that are wanted: one or two more cost little.</summary>
    private bool Serves(ReadOnlySpan<int> wanted)
    {
        foreach (var column in wanted)
        {
            if (!Columns.Contains(column))
            {
                return false;
            }
        }

        return Count <= wanted.Length + 2;
    }

    private void Take(ReadOnlySpan<int> wanted, int paddedLatents)
    {
        wanted.CopyTo(_columns);
        Count = wanted.Length;
        if (_weights.Length < Count * paddedLatents)
        {
            _weights = new float[Most * paddedLatents];
        }

        for (var latent = 0; latent < autoencoder.LatentCount; latent++)
        {
            var row = autoencoder.EncoderRow(latent);
            for (var i = 0; i < Count; i++)
            {
                _weights[(i * paddedLatents) + latent] = row[_columns[i]];
            }
        }
    }
}
