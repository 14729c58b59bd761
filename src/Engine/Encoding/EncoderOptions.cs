using AeServerless.Engine.Encoding.Screening;

namespace AeServerless.Engine.Encoding;

/// <summary>How an encoder runs. None of it changes a bit of what it returns.</summary>
public sealed record EncoderOptions
{
    /// <summary>Threads to use, torch's and ours together. 0, the default, means all cores.</summary>
    public int Threads { get; init; }

    /// <summary>Most tokens that a thread encodes at a time: each weight row is read once for all of them. The default is 1,024.</summary>
    public int TileTokens { get; init; } = 1024;

    /// <summary>How candidates are found. The default is <see cref="ScreeningFormat.Auto"/>.</summary>
    public ScreeningFormat Screening { get; init; }

    /// <summary>Torch device of the screening: <c>cpu</c> (the default) or <c>cuda</c>.</summary>
    public string Device { get; init; } = "cpu";
}
