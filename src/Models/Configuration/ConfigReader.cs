using System.Text.Json;
using AeServerless.Engine;

namespace AeServerless.Models.Configuration;

/// <summary>
/// An object of a configuration whose keys are all accounted for: each is read, or known to leave the forward pass as it is, or refused
/// by name.
/// </summary>
internal sealed class ConfigReader
{
    private const int MaxDimension = 1 << 26;
    private const int ClippedLength = 80;

    private readonly JsonElement _element;
    private readonly string _file;
    private readonly string _path;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public ConfigReader(JsonElement element, string file, string path = "")
    {
        (_element, _file, _path) = (element, file, path);
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidInputException(path.Length == 0 ? file : $"{file}, {path}", "must be an object");
        }
    }

    public static string Clip(string text) => text.Length <= ClippedLength ? text : $"{text[..ClippedLength]}…";

    public InvalidInputException Fault(string key, string problem) =>
        new($"{_file}, {(_path.Length == 0 ? "" : _path + ".")}{key}", problem);

    /// <summary>Whether the key is there with a value other than null.</summary>
    public bool Has(string key) => Value(key) is { ValueKind: not JsonValueKind.Null };

    /// <summary>A whole number above 0; the fallback where the key is absent.</summary>
    public int Dimension(string key, int fallback) => Value(key) is { } value ? Dimension(key, value) : fallback;

    /// <summary>A whole number above 0, or null where that stands there; the fallback where the key is absent.</summary>
    public int? DimensionOrNull(string key, int? fallback) => Value(key) switch
    {
        null => fallback,
        { ValueKind: JsonValueKind.Null } => null,
        { } value => Dimension(key, value),
    };

    /// <summary>A whole number of at least 0; the fallback where the key is absent or null.</summary>
    public int Count(string key, int fallback)
    {
        if (!Has(key))
        {
            return fallback;
        }

        return Value(key)!.Value is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) && number >= 0
            ? number
            : throw Fault(key, $"must be a whole number from 0 to {int.MaxValue}");
    }

    /// <summary>A finite number above 0; the fallback where the key is absent or null.</summary>
    public double Positive(string key, double fallback) => PositiveOrNull(key) ?? fallback;

    /// <summary>A finite number above 0, null where the key is absent or null.</summary>
    public double? PositiveOrNull(string key) => Has(key) ? Positive(key, Value(key)!.Value) : null;

    /// <summary>A finite number above 0, or null where that stands there; the fallback where the key is absent.</summary>
    public double? PositiveUnlessNull(string key, double? fallback) => Value(key) is null ? fallback : PositiveOrNull(key);

    public bool Flag(string key, bool fallback) => Value(key) switch
    {
        null => fallback,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => throw Fault(key, "must be true or false"),
    };

    public string Text(string key, string fallback) => TextOrNull(key) ?? fallback;

    public string? TextOrNull(string key)
    {
        if (!Has(key))
        {
            return null;
        }

        return JsonTexts.Read(Value(key)!.Value) ?? throw Fault(key, "must be a string");
    }

    /// <summary>A list of strings; null where the key is absent or null.</summary>
    public IReadOnlyList<string>? Texts(string key)
    {
        if (!Has(key))
        {
            return null;
        }

        var value = Value(key)!.Value;
        if (value.ValueKind != JsonValueKind.Array)
        {
            throw Fault(key, "must be a list of strings");
        }

        return [.. value.EnumerateArray().Select(item => JsonTexts.Read(item) ?? throw Fault(key, "must be a list of strings"))];
    }

    /// <summary>An object; null where the key is absent or null.</summary>
    public ConfigReader? Object(string key) =>
        Has(key) ? new ConfigReader(Value(key)!.Value, _file, _path.Length == 0 ? key : $"{_path}.{key}") : null;

    /// <summary>Refuses a value that would ask for a computation that is not made here. Absent and null pass.</summary>
    public void RequireFlag(string key, bool required)
    {
        if (Has(key) && Flag(key, required) != required)
        {
            throw Fault(key, $"must be {(required ? "true" : "false")}: the other forward pass is not computed here");
        }
    }

    /// <summary>Names keys that leave the forward pass as it is.</summary>
    public void Ignore(params IEnumerable<string> keys) => _known.UnionWith(keys);

    /// <summary>Throws if the object has a key that was neither read nor ignored.</summary>
    public void RefuseUnknown()
    {
        foreach (var property in _element.EnumerateObject())
        {
            if (!_known.Contains(property.Name) && !HarmlessKeys.Contains(property.Name))
            {
                throw Fault(
                    Clip(property.Name), "is not understood here and may change the forward pass; take it out of the file if it doesn't");
            }
        }
    }

    private double Positive(string key, JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number) && number > 0
            ? number
            : throw Fault(key, "must be a number above 0");

    private int Dimension(string key, JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number is > 0 and <= MaxDimension
            ? number
            : throw Fault(key, $"must be a whole number from 1 to {MaxDimension}");

    private JsonElement? Value(string key)
    {
        _known.Add(key);
        return _element.TryGetProperty(key, out var value) ? value : null;
    }
}
