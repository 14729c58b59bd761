namespace AeServerless.Formats.Definitions;

/// <summary>max(p · magnitude_scale + magnitude_bias, 0) where p + gate_bias &gt; 0, else 0. The encoder's own bias is zero.</summary>
/// <param name="GateBias"><c>[latents]</c>.</param>
/// <param name="MagnitudeScale">exp(r_mag). <c>[latents]</c>.</param>
/// <param name="MagnitudeBias"><c>[latents]</c>.</param>
public sealed record GatedGate(float[] GateBias, float[] MagnitudeScale, float[] MagnitudeBias) : Gate(GateKind.Gated);
