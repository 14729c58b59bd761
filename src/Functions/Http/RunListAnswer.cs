namespace AeServerless.Functions.Http;

/// <summary>Runs, the newest first.</summary>
/// <param name="Runs">The runs.</param>
public sealed record RunListAnswer(IReadOnlyList<RunAnswer> Runs);
