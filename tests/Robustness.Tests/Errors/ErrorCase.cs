namespace AeServerless.Robustness.Tests.Errors;

/// <summary>Something that a user can get wrong.</summary>
/// <param name="What">What is wrong: the row's first cell in docs/errors.md.</param>
/// <param name="Provoke">Does it, and gives back what the user sees.</param>
internal sealed record ErrorCase(string What, Func<ErrorStage, CancellationToken, Task<ErrorSeen>> Provoke);
