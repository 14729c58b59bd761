namespace AeServerless.Engine.Recipes;

/// <summary>What a run stores besides its summary, which it always has.</summary>
[Flags]
public enum RecipeOutputs
{
    /// <summary>Totals alone.</summary>
    None = 0,

    /// <summary><c>statistics</c>: statistics of every latent of every latent-shaped scalar, aggregates of every dense one.</summary>
    Statistics = 1,

    /// <summary><c>tokens</c>: L0, reconstruction error and input norm of every token.</summary>
    Tokens = 2,

    /// <summary><c>latents</c>: every scalar's values for every token, sparse where they are latent-shaped.</summary>
    Latents = 4,
}
