namespace AeServerless.Models.Configuration;

/// <summary>Which layers attend within a window.</summary>
internal static class LayerTypes
{
    private const string Sliding = "sliding_attention";
    private const string Full = "full_attention";

    /// <summary>For each layer whether it has a window: as <c>layer_types</c> says, else as the rule does.</summary>
    public static IReadOnlyList<bool> Read(ConfigReader config, int layers, Func<int, bool> rule)
    {
        if (config.Texts("layer_types") is not { } types)
        {
            return [.. Enumerable.Range(0, layers).Select(rule)];
        }

        if (types.Count != layers)
        {
            throw config.Fault("layer_types", $"has {types.Count} entries; the model has {layers} layers");
        }

        return [.. types.Select(type => type switch
        {
            Sliding => true,
            Full => false,
            _ => throw config.Fault("layer_types", $"has '{ConfigReader.Clip(type)}'; known are {Full}, {Sliding}"),
        })];
    }
}
