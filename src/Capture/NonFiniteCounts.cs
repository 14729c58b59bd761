using System.Globalization;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Tensors;

namespace AeServerless.Capture;

/// <summary>Counts what is recorded as infinite or as not a number, tensor by tensor.</summary>
/// <param name="dtype">What values are recorded as.</param>
internal sealed class NonFiniteCounts(TensorDtype dtype)
{
    private const int ReadValues = 1 << 20;

    private readonly SortedDictionary<string, (long Infinite, long NotANumber)> _counts = new(StringComparer.Ordinal);

    // From here on the nearest value that the type has is infinite.
    private float TooLarge => dtype switch
    {
        TensorDtype.F16 => 65_520,
        TensorDtype.BF16 => BitConverter.Int32BitsToSingle(0x7F7F8000),
        _ => float.PositiveInfinity,
    };

    /// <summary>What was found, one message a tensor: it names tensor, layer and count.</summary>
    public IReadOnlyList<(string Tensor, string Problem)> Findings =>
        [.. _counts.Select(entry => (Subject(entry.Key), Problem(entry.Value.Infinite, entry.Value.NotANumber)))];

    /// <summary>Counts what a shard that was recorded before holds.</summary>
    public static async Task<NonFiniteCounts> ReadAsync(SafetensorsFile file, TensorDtype dtype, CancellationToken cancellationToken)
    {
        var counts = new NonFiniteCounts(dtype);
        foreach (var entry in file.Tensors.Values.Where(entry => entry.Dtype.IsActivation() && entry.RowWidth > 0))
        {
            var values = new float[Math.Max(1, ReadValues / entry.RowWidth) * entry.RowWidth];
            for (var row = 0L; row < entry.Rows; row += values.Length / entry.RowWidth)
            {
                var count = (int)Math.Min(values.Length, (entry.Rows - row) * entry.RowWidth);
                await file.ReadRowsAsync(entry, row, values.AsMemory(0, count), cancellationToken);
                counts.Add(entry.Name, values.AsSpan(0, count));
            }
        }

        return counts;
    }

    /// <summary>Counts values of a tensor, before they are rounded to its type or after.</summary>
    public void Add(string tensor, ReadOnlySpan<float> values)
    {
        var tooLarge = TooLarge;
        var (infinite, notANumber) = (0L, 0L);
        foreach (var value in values)
        {
            if (!(MathF.Abs(value) < tooLarge))
            {
                var isNaN = float.IsNaN(value);
                infinite += isNaN ? 0 : 1;
                notANumber += isNaN ? 1 : 0;
            }
        }

        if (infinite + notANumber > 0)
        {
            Add(tensor, infinite, notANumber);
        }
    }

    /// <summary>Adds what another counted.</summary>
    public void Add(NonFiniteCounts other)
    {
        foreach (var (tensor, (infinite, notANumber)) in other._counts)
        {
            Add(tensor, infinite, notANumber);
        }
    }

    private static string Subject(string tensor) =>
        TensorNames.Parse(tensor, tensor).Layer is { } layer ? $"tensor {tensor}, layer {layer}" : $"tensor {tensor}";

    private static string Values(long count) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} value{(count == 1 ? "" : "s")}");

    private void Add(string tensor, long infinite, long notANumber)
    {
        var before = _counts.GetValueOrDefault(tensor);
        _counts[tensor] = (before.Infinite + infinite, before.NotANumber + notANumber);
    }

    private string Problem(long infinite, long notANumber)
    {
        var parts = new List<string>();
        if (infinite > 0)
        {
            var remedy = dtype == TensorDtype.F16 ? ", whose largest value is 65,504; record F32 or BF16" : "";
            parts.Add($"{Values(infinite)} became infinite in {dtype.Name()}{remedy}");
        }

        if (notANumber > 0)
        {
            parts.Add($"{Values(notANumber)} are not numbers (NaN)");
        }

        return string.Join("; ", parts);
    }
}
