namespace AeServerless.Engine.Recipes;

/// <summary>What a model that is run over a dataset of tokens computes in.</summary>
public enum ModelDtype
{
    /// <summary>float32, whatever type its weights have.</summary>
    Float32,

    /// <summary>
    /// Products of matrices and attention in bfloat16; norms, the residual stream and losses in float32, as with torch's autocast. For
    /// GPUs.
    /// </summary>
    BFloat16,
}
