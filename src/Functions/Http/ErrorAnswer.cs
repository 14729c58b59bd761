using AeServerless.Functions.Runs;

namespace AeServerless.Functions.Http;

/// <summary>The body of an answer that says what went wrong.</summary>
/// <param name="Error">What went wrong.</param>
public sealed record ErrorAnswer(Failure Error);
