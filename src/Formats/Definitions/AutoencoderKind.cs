namespace AeServerless.Formats.Definitions;

/// <summary>What an autoencoder reconstructs.</summary>
public enum AutoencoderKind
{
    /// <summary>Its own input.</summary>
    Autoencoder,

    /// <summary>An activation at another place.</summary>
    Transcoder,

    /// <summary>An activation at another place, from the latents and directly from the input.</summary>
    SkipTranscoder,
}
