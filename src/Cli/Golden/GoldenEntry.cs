using AeServerless.Engine.Recipes;

namespace AeServerless.Cli.Golden;

/// <summary>One entry of <c>outputs</c> in an <c>expected.json</c>.</summary>
internal sealed record GoldenEntry
{
    public required string Key { get; init; }

    public required IReadOnlyList<int> Shape { get; init; }

    public required int Layer { get; init; }

    /// <summary>Derived scalar; <see langword="null"/> for a helper.</summary>
    public string? Scalar { get; init; }

    /// <summary>Helper function; <see langword="null"/> for a derived scalar.</summary>
    public string? Helper { get; init; }

    /// <summary>What a helper is applied to: a raw key, or <c>encode(raw key)</c>.</summary>
    public string? Input { get; init; }

    /// <summary>The latent that a helper is asked for; all where it is <see langword="null"/>.</summary>
    public int? Latent { get; init; }

    /// <summary>Folder of the autoencoder.</summary>
    public string? Autoencoder { get; init; }

    public string? AliasOf { get; init; }

    public bool Zeros { get; init; }

    public IReadOnlyList<int>? Layers { get; init; }

    public TraceConfiguration? Trace { get; init; }

    /// <summary>What the names of the backward tensors to use end in.</summary>
    public string BackwardSuffix { get; init; } = "";
}
