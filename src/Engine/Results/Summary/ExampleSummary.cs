namespace AeServerless.Engine.Results.Summary;

/// <summary>A token at which a value stands.</summary>
/// <param name="Value">The value.</param>
/// <param name="Sequence">Index of the token's sequence in the dataset.</param>
/// <param name="Shard">Index of its shard in the manifest.</param>
/// <param name="ShardSequence">Index of its sequence in the shard.</param>
/// <param name="Position">Its position in the sequence.</param>
/// <param name="Token">Its id, or <see langword="null"/> where it is not known.</param>
/// <param name="Context">The tokens around it, or <see langword="null"/> where they are not known.</param>
public sealed record ExampleSummary(
    float Value, long Sequence, int Shard, int ShardSequence, int Position, int? Token, ExampleContext? Context);
