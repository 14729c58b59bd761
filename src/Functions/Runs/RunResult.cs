namespace AeServerless.Functions.Runs;

/// <summary>The output of a run's orchestration.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Results">The prefix of its results in the container of results.</param>
/// <param name="Chunks">Chunks.</param>
/// <param name="ChunksComputed">Chunks that this run computed.</param>
/// <param name="ChunksReused">Chunks whose results were there.</param>
/// <param name="Tokens">Tokens.</param>
/// <param name="TokensPerSecond">Tokens a second from start to merge.</param>
public sealed record RunResult(
    string RunId, string Results, int Chunks, int ChunksComputed, int ChunksReused, long Tokens, double TokensPerSecond);
