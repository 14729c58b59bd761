namespace AeServerless.Cli.Latents;

/// <summary>A token at which a latent is strong.</summary>
internal sealed record LatentExample(float Value, long Sequence, int Position, int Token, int Shard, int ShardSequence);
