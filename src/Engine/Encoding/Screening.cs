namespace AeServerless.Engine.Encoding;

/// <summary>How an encoder finds the latents that may be active. The result is the same, to the bit, with each.</summary>
public enum Screening
{
    /// <summary>The fastest on this machine, by a short measurement at the first use.</summary>
    Auto,

    /// <summary>A float32 product.</summary>
    Float32,

    /// <summary>A bfloat16 product with float32 accumulation.</summary>
    BFloat16,
}
