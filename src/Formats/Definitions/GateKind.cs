namespace AeServerless.Formats.Definitions;

/// <summary>What an encoder does to its pre-activations.</summary>
public enum GateKind
{
    /// <summary>Nothing.</summary>
    Identity,

    /// <summary>max(p, 0).</summary>
    ReLU,

    /// <summary>p where it is above its threshold.</summary>
    JumpReLU,

    /// <summary>The k greatest of a token, negative ones set to zero.</summary>
    TopK,

    /// <summary>The k greatest of a token, negative ones kept.</summary>
    TopKSigned,

    /// <summary>The k of the greatest magnitude, with their signs.</summary>
    TopKMagnitude,

    /// <summary>The greatest of each of k groups of neighbouring latents, where it is positive.</summary>
    GroupMax,

    /// <summary>Two products: one says which latents are active, the other how much.</summary>
    Gated,
}
