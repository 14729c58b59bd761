using System.Globalization;
using System.Text.Json;

namespace AeServerless.Engine.Datasets;

/// <summary>A JSON value that knows its place in the file, so that every message about it names file and field.</summary>
internal sealed class JsonField(JsonElement element, string file, string path = "")
{
    public string Subject => path.Length == 0 ? file : $"{file}, {path}";

    public InvalidInputException Fault(string problem) => new(Subject, problem);

    public JsonField Required(string name) => Optional(name) ?? throw new InvalidInputException(Child(name).Subject, "is missing");

    public JsonField? Optional(string name) =>
        Object().TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? Child(name, value) : null;

    public JsonElement Object() => element.ValueKind == JsonValueKind.Object ? element : throw Fault("must be an object");

    public IEnumerable<JsonField> Items() => element.ValueKind == JsonValueKind.Array
        ? element.EnumerateArray().Select((item, index) => new JsonField(item, file, string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]")))
        : throw Fault("must be a list");

    public string Text()
    {
        if (element.ValueKind != JsonValueKind.String) throw Fault("must be a string");
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Fault("is not valid Unicode");
        }
    }

    public long Whole(long least, long most) => element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out var number) && number >= least && number <= most
        ? number
        : throw Fault($"must be a whole number from {least} to {most}");

    public double Number() => element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out var number) && double.IsFinite(number)
        ? number
        : throw Fault("must be a finite number");

    public bool Flag() => element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Fault("must be true or false"),
    };

    private JsonField Child(string name, JsonElement value = default) => new(value, file, path.Length == 0 ? name : $"{path}.{name}");
}
