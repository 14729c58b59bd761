using System.Globalization;
using AeServerless.Engine;

namespace AeServerless.Cli.Capture;

/// <summary>Layers on the command line: <c>all</c>, or numbers and ranges with commas between.</summary>
internal static class LayerList
{
    private const int Most = 10_000;

    /// <summary>The layers, ascending; null for all.</summary>
    public static IReadOnlyList<int>? Parse(string text)
    {
        if (text == "all")
        {
            return null;
        }

        var layers = new SortedSet<int>();
        foreach (var part in text.Split(','))
        {
            var ends = Array.ConvertAll(part.Split('-'), end => Layer(end) ?? throw Fault(text));
            if (ends.Length > 2 || ends[0] > ends[^1])
            {
                throw Fault(text);
            }

            layers.UnionWith(Enumerable.Range(ends[0], ends[^1] - ends[0] + 1));
        }

        return [.. layers];
    }

    private static int? Layer(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var layer) && layer < Most ? layer : null;

    private static InvalidInputException Fault(string text) => new($"--layers {text}", "must be all, or numbers and ranges as in 0,2-4");
}
