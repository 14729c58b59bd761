namespace AeServerless.Formats.Definitions;

/// <summary>
/// p where p &gt; threshold, strictly, else 0. Where a library takes ReLU beside it, the threshold is max(threshold, 0), which says the
/// same; where it multiplies p by the decoder's norm first, the threshold is divided by the norm. <see cref="float.MaxValue"/>: never
/// active.
/// </summary>
/// <param name="Thresholds"><c>[latents]</c>.</param>
public sealed record JumpReluGate(float[] Thresholds) : Gate(GateKind.JumpReLU);
