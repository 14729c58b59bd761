using System.Text.Json;

namespace AeServerless.Models.Configuration;

/// <summary>Strings of JSON files.</summary>
internal static class JsonTexts
{
    /// <summary>The string; null where the value is another one, or escapes half a surrogate pair, which no text has.</summary>
    public static string? Read(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            return null;
        }

        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
