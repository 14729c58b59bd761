namespace AeServerless.Engine.Recipes;

/// <summary>One derived scalar that a recipe asks for.</summary>
public sealed record DerivedScalarRequest
{
    /// <summary>The derived scalar's type, such as <c>online_mlp_autoencoder_write_norm</c>.</summary>
    public required string Type { get; init; }

    /// <summary>What its results are called; unique in a recipe. The default is <see cref="Type"/>.</summary>
    public string Name { get => field ?? Type; init; }

    /// <summary>The name of the autoencoder it is about, or <see langword="null"/> for the only one of the type's kind.</summary>
    public string? Autoencoder { get; init; }

    /// <summary>Layers in ascending order, or <see langword="null"/> for the recipe's.</summary>
    public IReadOnlyList<int>? Layers { get; init; }

    /// <summary>The activation whose gradient is used, or <see langword="null"/> for the loss's.</summary>
    public TraceConfiguration? Trace { get; init; }

    /// <summary>Latents in ascending order, or <see langword="null"/> for all.</summary>
    public IReadOnlyList<int>? Latents { get; init; }

    /// <summary>Positions in a sequence in ascending order, or <see langword="null"/> for all.</summary>
    public IReadOnlyList<int>? Tokens { get; init; }

    /// <summary>Tokens kept out of its statistics, in place of the recipe's; <see langword="null"/> for the recipe's.</summary>
    public TokenExclusion? Exclude { get; init; }
}
