namespace AeServerless.Engine.Autoencoders;

/// <summary>How each token's input is normalised.</summary>
public enum InputNorm
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>(x − mean) / (std + 1e-5), std with n − 1 in the denominator.</summary>
    LayerNorm,

    /// <summary>x · √d / ‖x‖.</summary>
    ConstantNorm,
}
