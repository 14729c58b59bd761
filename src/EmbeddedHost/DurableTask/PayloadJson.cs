using System.Text.Json;

namespace AeServerless.EmbeddedHost.DurableTask;

/// <summary>JSON between functions: System.Text.Json's defaults, as the isolated worker has them.</summary>
internal static class PayloadJson
{
    private static readonly JsonSerializerOptions Options = new() { IncludeFields = true, PropertyNameCaseInsensitive = true };

    public static string? Serialize(object? value) => value is null ? null : JsonSerializer.Serialize(value, value.GetType(), Options);

    public static T? Deserialize<T>(string? json) => json is null ? default : JsonSerializer.Deserialize<T>(json, Options);

    public static object? Deserialize(string? json, Type type)
    {
        if (json is not null)
            return JsonSerializer.Deserialize(json, type, Options);
        return type.IsValueType ? Activator.CreateInstance(type) : null;
    }
}
