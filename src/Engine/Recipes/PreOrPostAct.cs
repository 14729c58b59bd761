namespace AeServerless.Engine.Recipes;

/// <summary>
/// Whether a traced activation is taken before or after its activation function (for an attention head: before or after the softmax).
/// </summary>
public enum PreOrPostAct
{
    /// <summary>Before the activation function.</summary>
    Pre,

    /// <summary>After the activation function.</summary>
    Post,
}
