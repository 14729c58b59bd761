using AeServerless.Engine.Encoding.Screening;

namespace AeServerless.Engine.Encoding;

/// <summary>How an encoder runs. None of it changes a bit of what it returns.</summary>
internal sealed record EncoderOptions
{
    /// <summary>Most tokens that a thread encodes at a time: each weight row is read once for all of them.</summary>
    public int TileTokens { get; init; } = 1024;

    /// <summary>How candidates are found.</summary>
    public ScreeningFormat Screening { get; init; }

    /// <summary>What multiplies, by its name; none: the fastest.</summary>
    public string? Product { get; init; }
}
