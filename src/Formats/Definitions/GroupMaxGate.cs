namespace AeServerless.Formats.Definitions;

/// <summary>Latents in groups of neighbours, as many in each; max(p, 0) of each group's greatest, else 0.</summary>
/// <param name="Groups">How many groups; divides the number of latents.</param>
public sealed record GroupMaxGate(int Groups) : Gate(GateKind.GroupMax);
