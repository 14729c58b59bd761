namespace AeServerless.Models.Configuration;

/// <summary>What a norm divides by.</summary>
public enum NormKind
{
    /// <summary>The standard deviation, after the mean is subtracted.</summary>
    LayerNorm,

    /// <summary>The root of the mean square.</summary>
    RmsNorm,
}
