namespace AeServerless.Engine.Transformers;

/// <summary>The two parts of a layer that add to the residual stream.</summary>
public enum Sublayer
{
    /// <summary>Attention: its units are the heads' values before the output projection.</summary>
    Attention,

    /// <summary>The MLP: its units are neurons.</summary>
    Mlp,
}
