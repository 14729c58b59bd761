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
}
