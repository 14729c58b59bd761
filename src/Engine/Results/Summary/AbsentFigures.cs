namespace AeServerless.Engine.Results.Summary;

/// <summary>Why figures of a summary have no value.</summary>
internal static class AbsentFigures
{
    public const string NoTokens = "no token counts";

    public const string NothingToExplain = "none to explain: the input is the same at all tokens";

    public static IReadOnlyDictionary<string, string> TooSmallSpread { get; } = new Dictionary<string, string>
    {
        ["standardDeviation"] = "below 1e-9 of the largest: too small to tell from rounding",
    };

    /// <summary>All of them, as no token counts.</summary>
    public static IReadOnlyDictionary<string, string> Without(params IReadOnlyList<string> figures) =>
        figures.ToDictionary(name => name, _ => NoTokens);
}
