using TorchSharp;

namespace AeServerless.Models.Configuration;

/// <summary>
/// Reads the settings of rotary positions in the style of transformers 5 (<c>rope_parameters</c>) and in the one before
/// (<c>rope_scaling</c>).
/// </summary>
internal static class RopeReader
{
    private const string Theta = "rope_theta";

    /// <summary>
    /// The object that has the settings: <c>rope_scaling</c> where it is not null, which then replaces <c>rope_parameters</c> as a whole;
    /// else those;
    /// null where there is neither.
    /// </summary>
    public static ConfigReader? Settings(ConfigReader config)
    {
        var parameters = config.Object("rope_parameters");
        return config.Object("rope_scaling") ?? parameters;
    }

    /// <summary>Rotary positions over whole heads, with one base for all layers.</summary>
    public static Rope Read(ConfigReader config, int headWidth, int positions, double defaultTheta = 10_000)
    {
        var outer = config.Positive(Theta, defaultTheta);
        return Read(Settings(config), outer, headWidth, positions, config);
    }

    /// <summary>Rotary positions by one object of settings.</summary>
    /// <param name="settings">The object; null for the default type.</param>
    /// <param name="theta">The base where the object has none.</param>
    /// <param name="width">Values of a head that are rotated; odd ones one more.</param>
    /// <param name="positions">The model's longest sequence.</param>
    /// <param name="config">What a fault of the width is reported of.</param>
    public static Rope Read(ConfigReader? settings, double theta, int width, int positions, ConfigReader config)
    {
        if (width < 1)
        {
            throw config.Fault("head_dim", "leaves no value to rotate");
        }

        if (settings is null)
        {
            return new Rope(Frequencies(theta, width));
        }

        theta = settings.Positive(Theta, theta);
        var older = settings.Text("type", "default");
        var type = settings.Text("rope_type", older);
        settings.Ignore("partial_rotary_factor");
        var frequencies = Frequencies(theta, width);
        switch (type)
        {
            case "default":
                settings.Ignore("factor");
                break;
            case "linear":
                var factor = (float)Factor(settings);
                frequencies = [.. frequencies.Select(frequency => frequency / factor)];
                break;
            case "llama3":
                frequencies = Llama3(settings, frequencies, positions);
                break;
            default:
                throw settings.Fault("rope_type", $"is '{ConfigReader.Clip(type)}'; known are default, linear, llama3");
        }

        settings.Ignore("original_max_position_embeddings", "low_freq_factor", "high_freq_factor");
        settings.RefuseUnknown();
        return new Rope(frequencies);
    }

    // base^(−2i/width) as torch computes it in float32: golden data and published activations come from its values.
    private static float[] Frequencies(double theta, int width)
    {
        using var scope = torch.NewDisposeScope();
        var exponents = Enumerable.Range(0, (width + 1) / 2).Select(index => (float)(2 * index) / width).ToArray();
        var powers = torch.tensor(new[] { (float)theta }).pow(torch.tensor(exponents)).data<float>().ToArray();
        return [.. powers.Select(power => 1 / power)];
    }

    private static double Factor(ConfigReader settings) =>
        settings.PositiveOrNull("factor") ?? throw settings.Fault("factor", "is missing; a number above 0 is needed");

    private static float[] Llama3(ConfigReader settings, float[] frequencies, int positions)
    {
        var factor = (float)Factor(settings);
        var low = (float)(settings.PositiveOrNull("low_freq_factor") ?? throw settings.Fault("low_freq_factor", "is missing"));
        var high = (float)(settings.PositiveOrNull("high_freq_factor") ?? throw settings.Fault("high_freq_factor", "is missing"));
        if (high <= low)
        {
            throw settings.Fault("high_freq_factor", $"must be above low_freq_factor, {low}");
        }

        var old = (float)settings.Dimension("original_max_position_embeddings", positions);
        return [.. frequencies.Select(Scaled)];

        float Scaled(float frequency)
        {
            var length = 2 * MathF.PI / frequency;
            if (length < old / high)
            {
                return frequency;
            }

            if (length > old / low)
            {
                return frequency / factor;
            }

            var smooth = (old / length - low) / (high - low);
            return (1 - smooth) * (frequency / factor) + smooth * frequency;
        }
    }
}
