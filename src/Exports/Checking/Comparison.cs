using System.Globalization;
using System.Text.Json;

namespace AeServerless.Exports.Checking;

/// <summary>Counts what is equal and what is not.</summary>
internal sealed class Comparison(string name)
{
    private const int MostShown = 10;

    private readonly List<string> _differences = [];
    private long _compared;
    private long _different;

    public GoldenCount Count => new(name, _compared, _different, _differences);

    public void Equal<T>(string where, T expected, T actual) =>
        Check(where, EqualityComparer<T>.Default.Equals(expected, actual), expected, actual);

    public void Near(string where, double expected, double actual, double tolerance) => Check(
        where, Math.Abs(expected - actual) <= tolerance || expected.Equals(actual), expected, actual);

    public void True(string where, bool holds, string what) => Check(where, holds, what, "not so");

    public void Equal<T>(string where, ReadOnlySpan<T> expected, ReadOnlySpan<T> actual)
    {
        Equal($"{where}.length", expected.Length, actual.Length);
        for (var i = 0; i < Math.Min(expected.Length, actual.Length); i++)
        {
            Equal($"{where}[{i}]", expected[i], actual[i]);
        }
    }

    /// <summary>Compares JSON field by field.</summary>
    /// <param name="where">What it is.</param>
    /// <param name="expected">As the tool wrote it.</param>
    /// <param name="actual">As the exporter did.</param>
    /// <param name="tolerance">What numbers may differ by.</param>
    /// <param name="ignored">Names of fields whose values are compared elsewhere, or can't be.</param>
    public void Json(string where, JsonElement expected, JsonElement actual, double tolerance, params string[] ignored)
    {
        if (expected.ValueKind == JsonValueKind.Number && actual.ValueKind == JsonValueKind.Number)
        {
            Near(where, expected.GetDouble(), actual.GetDouble(), tolerance);
        }
        else if (expected.ValueKind != actual.ValueKind)
        {
            Check(where, false, expected.GetRawText(), actual.GetRawText());
        }
        else if (expected.ValueKind == JsonValueKind.Object)
        {
            Equal($"{where} keys", Keys(expected), Keys(actual));
            foreach (var field in expected.EnumerateObject().Where(field => !ignored.Contains(field.Name)))
            {
                if (actual.TryGetProperty(field.Name, out var other))
                {
                    Json($"{where}.{field.Name}", field.Value, other, tolerance, ignored);
                }
            }
        }
        else if (expected.ValueKind == JsonValueKind.Array)
        {
            Equal($"{where}.length", expected.GetArrayLength(), actual.GetArrayLength());
            foreach (var (index, (left, right)) in expected.EnumerateArray().Zip(actual.EnumerateArray()).Index())
            {
                Json($"{where}[{index}]", left, right, tolerance, ignored);
            }
        }
        else
        {
            Equal(where, expected.ToString(), actual.ToString());
        }
    }

    private static string Keys(JsonElement json) =>
        string.Join(',', json.EnumerateObject().Select(field => field.Name).Order(StringComparer.Ordinal));

    private void Check(string where, bool equal, object? expected, object? actual)
    {
        _compared++;
        if (!equal)
        {
            _different++;
            if (_differences.Count < MostShown)
            {
                _differences.Add(string.Create(CultureInfo.InvariantCulture, $"{where}: {expected} is expected, not {actual}"));
            }
        }
    }
}
