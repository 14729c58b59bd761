namespace AeServerless.Contracts;

/// <summary>What a run that is done did.</summary>
/// <param name="RunId">The run's id.</param>
/// <param name="Results">The prefix of its results in the container of results.</param>
/// <param name="Chunks">Chunks of the run.</param>
/// <param name="ChunksComputed">Chunks that this run computed.</param>
/// <param name="ChunksReused">Chunks whose results an earlier run had stored.</param>
/// <param name="Tokens">Tokens of the run.</param>
/// <param name="TokensPerSecond">Tokens a second from start to merge.</param>
public sealed record RunFigures(
    string RunId, string Results, int Chunks, int ChunksComputed, int ChunksReused, long Tokens, double TokensPerSecond);
