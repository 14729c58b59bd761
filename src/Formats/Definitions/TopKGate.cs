namespace AeServerless.Formats.Definitions;

/// <summary>The k greatest of a token, the lower index first where they are equal.</summary>
/// <param name="Kind">
/// Which of the three: <see cref="GateKind.TopK"/>, <see cref="GateKind.TopKSigned"/>, <see cref="GateKind.TopKMagnitude"/>.
/// </param>
/// <param name="K">How many.</param>
/// <param name="SelectionScale">
/// Where given, the k greatest of p · scale are chosen, and their values are p: the decoder's norms of libraries that weigh by them in the
/// gate alone. <c>[latents]</c>, none negative.
/// </param>
public sealed record TopKGate(GateKind Kind, int K, float[]? SelectionScale = null) : Gate(Kind);
