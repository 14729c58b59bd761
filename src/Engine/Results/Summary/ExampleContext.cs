namespace AeServerless.Engine.Results.Summary;

/// <summary>A stretch of a sequence.</summary>
/// <param name="FirstPosition">The position of the first token in the sequence.</param>
/// <param name="Tokens">Ids of the tokens.</param>
/// <param name="Texts">Text of each token, or <see langword="null"/> where there is no tokenizer.</param>
public sealed record ExampleContext(int FirstPosition, IReadOnlyList<long> Tokens, IReadOnlyList<string>? Texts);
