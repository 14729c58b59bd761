namespace AeServerless.Engine.Recipes;

/// <summary>The fields of a JSON object, all of them known.</summary>
internal sealed class JsonFields(JsonField owner, IReadOnlyDictionary<string, JsonField> fields)
{
    public JsonField Required(string name) =>
        fields.TryGetValue(name, out var field) ? field : throw owner.Error($"the field \"{name}\" is missing");

    /// <summary>The field, or nothing where it is absent or null: null asks for the default.</summary>
    public JsonField? Optional(string name) => fields.TryGetValue(name, out var field) && !field.IsNull ? field : null;
}
