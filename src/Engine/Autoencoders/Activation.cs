namespace AeServerless.Engine.Autoencoders;

/// <summary>An autoencoder's activation function, with its parameters where weights are loaded.</summary>
/// <param name="Kind">The function.</param>
/// <param name="K">Latents (for groups: groups) of a token that it lets through at most; 0 for functions without such a number.</param>
public sealed record Activation(ActivationKind Kind, int K = 0)
{
    /// <summary><c>max(z, 0)</c>.</summary>
    public static Activation ReLU { get; } = new(ActivationKind.ReLU);

    /// <summary><c>z</c>.</summary>
    public static Activation Identity { get; } = new(ActivationKind.Identity);

    /// <summary>JumpReLU's thresholds. <c>[latents]</c>.</summary>
    public float[] Thresholds { get; init; } = [];

    /// <summary>
    /// TopK: what z is multiplied by where the k largest are chosen, and there alone. <c>[latents]</c>; null for nothing.
    /// </summary>
    public float[]? SelectionScale { get; init; }

    /// <summary>Gated: what is added to z where it is decided which latents are active. <c>[latents]</c>.</summary>
    public float[] GateBias { get; init; } = [];

    /// <summary>Gated: what z is multiplied by. <c>[latents]</c>.</summary>
    public float[] MagnitudeScale { get; init; } = [];

    /// <summary>Gated: what is added then. <c>[latents]</c>.</summary>
    public float[] MagnitudeBias { get; init; } = [];

    /// <summary>The k largest of a token, then <c>max(z, 0)</c>.</summary>
    public static Activation TopK(int k) => new(ActivationKind.TopK, k);

    /// <summary>As messages say it: <c>ReLU</c>, <c>TopK(32)</c>.</summary>
    public override string ToString() => K > 0 ? $"{Kind}({K})" : Kind.ToString();

    /// <summary>Active latents of a token to reckon with before anything is known of the data.</summary>
    internal int UsualActiveLatents(int latents, int usual) => Kind switch
    {
        ActivationKind.Identity => latents,
        _ => Math.Min(latents, K > 0 ? K : usual),
    };

    /// <summary>
    /// The latent's value where it depends on its own z alone, or is chosen among others afterwards: TopK and groups among what is above 0.
    /// </summary>
    internal float Of(float z, int latent) => Kind switch
    {
        ActivationKind.Identity or ActivationKind.TopKSigned or ActivationKind.TopKMagnitude => z,
        ActivationKind.JumpReLU => z > Thresholds[latent] ? z : 0,
        ActivationKind.Gated => z + GateBias[latent] > 0 ? Math.Max((z * MagnitudeScale[latent]) + MagnitudeBias[latent], 0) : 0,
        _ => z > 0 ? z : 0,
    };

    /// <summary>The derivative of an active latent with respect to its z.</summary>
    internal float Slope(int latent) => Kind == ActivationKind.Gated ? MagnitudeScale[latent] : 1;

    /// <summary>A latent is 0 unless its product plus this is above 0: its bias, less its threshold.</summary>
    /// <param name="bias">The latent's bias.</param>
    /// <param name="latent">The latent.</param>
    /// <returns>The sum, and the magnitude of what is added.</returns>
    internal (double Sum, double Magnitude) ScreenBias(float bias, int latent)
    {
        double more = Kind switch
        {
            ActivationKind.JumpReLU => -Thresholds[latent],
            ActivationKind.Gated => GateBias[latent],
            _ => 0,
        };
        return (bias + more, Math.Abs((double)bias) + Math.Abs(more));
    }
}
