using System.Globalization;

namespace AeServerless.Engine.Recipes;

/// <summary>Tokens that a recipe keeps out of statistics: those that any of the three names.</summary>
public sealed record TokenExclusion
{
    /// <summary>The least <see cref="NormAbove"/>: below it half of the tokens would go.</summary>
    public const double MinNormAbove = 1;

    /// <summary>Positions in their sequence, from 0, ascending.</summary>
    public IReadOnlyList<int> Positions { get; init; } = [];

    /// <summary>Ids, ascending.</summary>
    public IReadOnlyList<int> TokenIds { get; init; } = [];

    /// <summary>
    /// Tokens whose norm is above this multiple of the shard's median go, norms being those of the rows that the scalar's autoencoder
    /// reads; <see langword="null"/> where norms do not matter.
    /// </summary>
    public double? NormAbove { get; init; }

    /// <summary>Whether it keeps no token out.</summary>
    public bool IsEmpty => Positions.Count == 0 && TokenIds.Count == 0 && NormAbove is null;

    /// <summary>What it keeps out, for people.</summary>
    public string Describe()
    {
        string[] kinds =
        [
            .. Positions.Count > 0 ? [$"positions {string.Join(", ", Positions)}"] : Array.Empty<string>(),
            .. TokenIds.Count > 0 ? [$"ids {string.Join(", ", TokenIds)}"] : Array.Empty<string>(),
            .. NormAbove is { } above
                ? [string.Create(CultureInfo.InvariantCulture, $"norms above {above} times the median of the shard")]
                : Array.Empty<string>(),
        ];
        return IsEmpty ? "no token" : string.Join("; ", kinds);
    }
}
