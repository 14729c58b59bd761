using System.Text.Json;
using AeServerless.Engine;

namespace AeServerless.Formats.Reading;

/// <summary>
/// The fields of a configuration. Each that is asked for counts as understood; what is left at the end is refused by name, so that no field
/// is passed over in silence.
/// </summary>
internal sealed class ConfigObject(JsonElement element, string file, string path = "")
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public static string Clip(string text) => text.Length <= 120 ? text : $"{text[..120]}…";

    public string Subject(string name) => $"{file}, field '{path}{Clip(name)}'";

    public InvalidInputException Fault(string name, string problem) => new(Subject(name), problem);

    /// <summary>Whether the field is there and not null.</summary>
    public bool Has(string name) => Find(name) is not null;

    public string? Text(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        _ => throw Fault(name, "has to be a text"),
    };

    public double? Number(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } number when number.TryGetDouble(out var value) && double.IsFinite(value) => value,
        _ => throw Fault(name, "has to be a finite number"),
    };

    /// <summary>A whole number from 0 on; Python writes some as <c>7.0</c>.</summary>
    public int? Whole(string name) => Number(name) switch
    {
        null => null,
        { } number when number >= 0 && number <= int.MaxValue && number == Math.Floor(number) => (int)number,
        _ => throw Fault(name, $"has to be a whole number from 0 to {int.MaxValue}"),
    };

    public bool? Flag(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => throw Fault(name, "has to be true or false"),
    };

    public bool IsText(string name) => Find(name) is { ValueKind: JsonValueKind.String };

    public bool IsFlag(string name) => Find(name) is { ValueKind: JsonValueKind.True or JsonValueKind.False };

    public bool IsNumber(string name) => Find(name) is { ValueKind: JsonValueKind.Number };

    public ConfigObject? Object(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Object } inner => new ConfigObject(inner, file, $"{path}{name}."),
        _ => throw Fault(name, "has to be an object"),
    };

    /// <summary>The value as it is written, for messages.</summary>
    public string Raw(string name) => Find(name) is { } value ? Clip(value.GetRawText()) : "null";

    /// <summary>Names fields that are known to have no influence on what is computed.</summary>
    public ConfigObject Ignore(params IEnumerable<string> names)
    {
        _known.UnionWith(names);
        return this;
    }

    /// <summary>The fields that nobody asked for or named.</summary>
    public IReadOnlyList<string> Unknown() =>
        [.. element.EnumerateObject().Select(field => field.Name).Where(name => !_known.Contains(name))];

    /// <summary>Throws where a field is neither used nor known to have no influence.</summary>
    public void RequireAllKnown(string reader)
    {
        if (Unknown() is [var name, ..])
        {
            throw Fault(name, $"is not known to the {reader} reader ({Raw(name)}): it may change what the autoencoder computes. Take it "
                + "out if it does not");
        }
    }

    private JsonElement? Find(string name)
    {
        _known.Add(name);
        return element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }
}
