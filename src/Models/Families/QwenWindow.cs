using AeServerless.Models.Configuration;

namespace AeServerless.Models.Families;

/// <summary>The windows of Qwen 2 and 3: none unless <c>use_sliding_window</c>, then from layer <c>max_window_layers</c> on.</summary>
internal static class QwenWindow
{
    private const int DefaultWindow = 4096;
    private const int DefaultFirstLayer = 28;

    /// <summary>The window of each layer.</summary>
    public static IReadOnlyList<int?> Read(ConfigReader config, int layers)
    {
        var stated = config.DimensionOrNull("sliding_window", DefaultWindow);
        var window = config.Flag("use_sliding_window", false) ? stated : null;
        var first = config.Count("max_window_layers", DefaultFirstLayer);
        var sliding = LayerTypes.Read(config, layers, layer => window is not null && layer >= first);
        if (window is null && sliding.Contains(true))
        {
            throw config.Fault(
                "layer_types", "has sliding layers, and no window is in use: use_sliding_window with sliding_window is needed");
        }

        return [.. sliding.Select(slides => slides ? window : null)];
    }
}
