using System.Text.Encodings.Web;
using System.Text.Json;
using AeServerless.Exports.Sessions;

namespace AeServerless.Exports.Formats.Profiled;

/// <summary>How exports write JSON.</summary>
internal static class ExportJson
{
    /// <summary>Texts as they are, with the escapes that JSON needs.</summary>
    public static JsonWriterOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the texts of tokens.</summary>
    public static void WriteTexts(this Utf8JsonWriter json, string name, ExportSession session, IEnumerable<int> ids)
    {
        json.WriteStartArray(name);
        foreach (var id in ids)
        {
            json.WriteStringValue(session.TokenText(id));
        }

        json.WriteEndArray();
    }

    /// <summary>Writes texts.</summary>
    public static void WriteTexts(this Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    /// <summary>Writes floats with all digits of the number that they are: as Python does, who reads and writes them as doubles.</summary>
    public static void WriteFloats(this Utf8JsonWriter json, string name, IEnumerable<float> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteNumberValue((double)value);
        }

        json.WriteEndArray();
    }

    /// <summary>Writes numbers.</summary>
    public static void WriteNumbers(this Utf8JsonWriter json, string name, IEnumerable<double> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
    }

    /// <summary>Writes whole numbers.</summary>
    public static void WriteNumbers(this Utf8JsonWriter json, string name, IEnumerable<int> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
    }
}
