using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace AeServerless.Cli.Queries;

/// <summary>Values of a query as text and as JSON, the same in every culture.</summary>
internal static class QueryValues
{
    /// <summary>Numbers as short as they can be read back; lists as JSON.</summary>
    public static string Text(object value) => value switch
    {
        string text => text,
        bool yes => yes ? "true" : "false",
        DateTime time => time.ToString("O", CultureInfo.InvariantCulture),
        IEnumerable or IDictionary => Json(value),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    /// <summary>Writes a value; what JSON has no number for (NaN, infinity) is null.</summary>
    public static void Write(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null or float.NaN or float.PositiveInfinity or float.NegativeInfinity:
            case double.NaN or double.PositiveInfinity or double.NegativeInfinity:
                json.WriteNullValue();
                break;
            case bool yes:
                json.WriteBooleanValue(yes);
                break;
            case sbyte or byte or short or ushort or int or uint or long or ulong or float or double or decimal or BigInteger:
                json.WriteRawValue(Text(value));
                break;
            case IDictionary map:
                json.WriteStartObject();
                foreach (DictionaryEntry entry in map)
                {
                    json.WritePropertyName(Text(entry.Key));
                    Write(json, entry.Value);
                }

                json.WriteEndObject();
                break;
            case IEnumerable list and not string:
                json.WriteStartArray();
                foreach (var item in list)
                {
                    Write(json, item);
                }

                json.WriteEndArray();
                break;
            default:
                json.WriteStringValue(Text(value));
                break;
        }
    }

    private static string Json(object value)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            Write(json, value);
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }
}
