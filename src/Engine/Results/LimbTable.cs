using AeServerless.Engine.Statistics;
using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Results;

/// <summary>
/// Exact sums in a file: the limbs that some row has, least significant first, as a tensor [rows, limbs], and in the metadata the exponent of
/// the first. Each sum is Σ limb[i] · 2^(exponent + 32·i). Equal sums have equal tables.
/// </summary>
internal static class LimbTable
{
    public const string ExponentSuffix = "_exponent_of_first_limb";

    private const int LimbBits = 32;

    /// <summary>The normalised limbs of a row.</summary>
    public delegate ReadOnlySpan<long> Row(int row);

    public static void Add(TensorSet tensors, string name, ExactFormat format, int rows, Row limbs)
    {
        var (first, end) = (format.Limbs, 0);
        for (var row = 0; row < rows; row++)
        {
            var used = limbs(row);
            first = Math.Min(first, used.IndexOfAnyExcept(0L) is >= 0 and var lowest ? lowest : first);
            end = Math.Max(end, used.LastIndexOfAnyExcept(0L) + 1);
        }

        // One limb at least: a tensor without elements is something readers trip over.
        (first, end) = end == 0 ? (0, 1) : (first, end);
        var width = end - first;
        var table = new long[rows * width];
        for (var row = 0; row < rows; row++)
        {
            limbs(row)[first..end].CopyTo(table.AsSpan(row * width));
        }

        tensors.Add(name, table, width);
        tensors.Metadata.Put(name + ExponentSuffix, format.UnitExponent + (LimbBits * first));
    }

    /// <summary>Reads the limbs of all rows. [rows, format.Limbs]</summary>
    public static async Task<long[]> ReadAsync(SafetensorsFile file, string name, ExactFormat format, CancellationToken cancellationToken)
    {
        var table = await file.ReadInt64Async(name, cancellationToken);
        var entry = file.Tensors[name];
        var width = (int)entry.RowWidth;
        var first = (file.Number(name + ExponentSuffix) - format.UnitExponent) / LimbBits;
        if (first < 0 || first + width > format.Limbs)
        {
            throw new InvalidInputException(file.Source.Name, $"{name} has limbs outside the {format.Limbs} of its kind of sum");
        }

        var limbs = new long[entry.Rows * format.Limbs];
        for (var row = 0; row < entry.Rows; row++)
        {
            table.AsSpan(row * width, width).CopyTo(limbs.AsSpan((row * format.Limbs) + (int)first));
        }

        return limbs;
    }
}
