namespace AeServerless.Engine.Autoencoders;

/// <summary>What an autoencoder does to its pre-activations.</summary>
public enum ActivationKind
{
    /// <summary><c>max(z, 0)</c>.</summary>
    ReLU,

    /// <summary><c>z</c>.</summary>
    Identity,

    /// <summary>The k largest of a token, then <c>max(z, 0)</c>; zero elsewhere.</summary>
    TopK,

    /// <summary><c>z</c> where it is above its latent's threshold (strictly), zero elsewhere.</summary>
    JumpReLU,

    /// <summary>The k largest of a token, also where they are negative; zero elsewhere.</summary>
    TopKSigned,

    /// <summary>The k of a token that are the largest in magnitude, with their signs; zero elsewhere.</summary>
    TopKMagnitude,

    /// <summary>Of each of k groups of neighbouring latents the largest, where it is above 0; zero elsewhere.</summary>
    GroupMax,

    /// <summary>Two products with one matrix: one says which latents are active, the other how much.</summary>
    Gated,
}
