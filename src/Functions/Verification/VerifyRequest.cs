using AeServerless.Functions.Chunks;

namespace AeServerless.Functions.Verification;

/// <summary>What is to be verified: the input of the orchestration.</summary>
/// <param name="RunId">The run's id.</param>
/// <param name="Chunks">The chunks to derive again.</param>
/// <param name="InFlight">Chunks in flight at a time.</param>
public sealed record VerifyRequest(string RunId, IReadOnlyList<ChunkReference> Chunks, int InFlight);
