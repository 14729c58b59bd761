namespace AeServerless.Engine.Encoding.Screening;

/// <summary>How an encoder finds the latents that may be active. The result is the same, to the bit, with each.</summary>
public enum ScreeningFormat
{
    /// <summary>The fastest on this machine for this autoencoder and these tokens: measured, see <see cref="ScreeningCosts"/>.</summary>
    Auto,

    /// <summary>A float32 product.</summary>
    Float32,

    /// <summary>A bfloat16 product, summed in float32.</summary>
    BFloat16,

    /// <summary>An int8 product of rotated rows, summed exactly in int32; columns that stand out are multiplied in float32.</summary>
    Int8,

    /// <summary>An int16 product, summed exactly in int32.</summary>
    Int16,
}
