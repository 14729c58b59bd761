namespace AeServerless.Functions.Finishing;

/// <summary>A shard's median norm, which the norms of its tokens were compared with.</summary>
/// <param name="Autoencoder">The autoencoder that reads the rows.</param>
/// <param name="Layer">Its layer.</param>
/// <param name="Shard">The shard's path in the manifest.</param>
/// <param name="Median">The median; <see langword="null"/> where no row is finite.</param>
public sealed record ShardNorm(string Autoencoder, int Layer, string Shard, double? Median);
