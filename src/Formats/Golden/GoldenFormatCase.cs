using System.Text.Json;
using AeServerless.Engine;
using AeServerless.Formats.Definitions;
using AeServerless.Formats.Reading;

namespace AeServerless.Formats.Golden;

/// <summary>A <c>case.json</c>.</summary>
internal sealed record GoldenFormatCase
{
    public const string FileName = "case.json";

    public required string Folder { get; init; }

    public required string Path { get; init; }

    public required string Format { get; init; }

    public required FormatHints Hints { get; init; }

    public required bool Accept { get; init; }

    public required bool Optional { get; init; }

    public string? RefuseBecause { get; init; }

    public string? Gate { get; init; }

    public (int Input, int Latents, int Output) Sizes { get; init; }

    public Place? In { get; init; }

    public Place? Out { get; init; }

    public double? PublishedL0 { get; init; }

    public static GoldenFormatCase Read(string folder)
    {
        var file = System.IO.Path.Combine(folder, FileName);
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file));
            var root = document.RootElement;
            var accept = root.GetProperty("expect").GetString() == "accept";
            return new GoldenFormatCase
            {
                Folder = folder,
                Path = root.GetProperty("path").GetString()!,
                Format = root.GetProperty("format").GetString()!,
                Hints = HintsOf(file, root.GetProperty("hints")),
                Accept = accept,
                Optional = root.TryGetProperty("optional", out var optional) && optional.GetBoolean(),
                RefuseBecause = accept ? null : root.GetProperty("refuse_because").GetString(),
                Gate = accept ? root.GetProperty("gate").GetString() : null,
                Sizes = accept
                    ? (root.GetProperty("d_in").GetInt32(), root.GetProperty("d_sae").GetInt32(), root.GetProperty("d_out").GetInt32())
                    : default,
                In = PlaceOf(root, "in"),
                Out = PlaceOf(root, "out"),
                PublishedL0 = accept && root.GetProperty("published").TryGetProperty("l0", out var l0) ? l0.GetDouble() : null,
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidInputException(file, $"is not a case of golden formats: {e.Message}");
        }
    }

    private static FormatHints HintsOf(string file, JsonElement hints)
    {
        var read = FormatHints.None;
        foreach (var hint in hints.EnumerateObject())
        {
            read = hint.Name switch
            {
                "k" => read with { K = hint.Value.GetInt32() },
                "layer" => read with { Layer = hint.Value.GetInt32() },
                "site" or "place_in" => read with { PlaceIn = hint.Value.GetString() },
                "place_out" => read with { PlaceOut = hint.Value.GetString() },
                "repo" => read with { Repository = hint.Value.GetString() },
                "norm_scaling_factor" => read with { NormScalingFactor = hint.Value.GetDouble() },
                _ => throw new InvalidInputException(file, $"hint '{hint.Name}' is not known"),
            };
        }

        return read;
    }

    private static Place? PlaceOf(JsonElement root, string side)
    {
        if (!root.TryGetProperty("place", out var places))
        {
            return null;
        }

        var isNamed = places.TryGetProperty($"{side}_transformer_lens", out var name) || places.TryGetProperty(side, out name);
        return isNamed && name.ValueKind == JsonValueKind.String
            ? PlaceNames.Parse(name.GetString()!.Replace(" (its input)", ".input").Replace(" (its output)", ".output"))
            : null;
    }
}
