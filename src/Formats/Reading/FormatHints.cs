namespace AeServerless.Formats.Reading;

/// <summary>What a user says of an autoencoder because its files don't.</summary>
public sealed record FormatHints
{
    /// <summary>Nothing.</summary>
    public static FormatHints None { get; } = new();

    /// <summary>k of a TopK gate.</summary>
    public int? K { get; init; }

    /// <summary>The layer: which file of a folder with one for each, and of which layer the place is.</summary>
    public int? Layer { get; init; }

    /// <summary>
    /// The place that it reads: a TransformerLens hook, a module with <c>.input</c> or <c>.output</c>, or this project's name.
    /// </summary>
    public string? PlaceIn { get; init; }

    /// <summary>The place that it writes, where it is another.</summary>
    public string? PlaceOut { get; init; }

    /// <summary>The repository that it was published in, such as <c>google/gemma-scope-2b-pt-res</c>.</summary>
    public string? Repository { get; init; }

    /// <summary>The number by which inputs were multiplied in training.</summary>
    public double? NormScalingFactor { get; init; }
}
