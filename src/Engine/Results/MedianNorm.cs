namespace AeServerless.Engine.Results;

/// <summary>The median norm that a recipe's exclusion by norm went by, from a sequence on.</summary>
/// <param name="Autoencoder">The autoencoder that reads the rows.</param>
/// <param name="Layer">Its layer.</param>
/// <param name="FirstSequence">The first sequence, counted from the result's first; up to the next one of the same autoencoder.</param>
/// <param name="Norm">The median of the sequences' shard; not a number where the shard has no finite row.</param>
public sealed record MedianNorm(string Autoencoder, int Layer, long FirstSequence, double Norm);
