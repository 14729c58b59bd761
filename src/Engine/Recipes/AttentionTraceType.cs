namespace AeServerless.Engine.Recipes;

/// <summary>Through which part of an attention head a trace's gradient flows.</summary>
public enum AttentionTraceType
{
    /// <summary>Through the queries only.</summary>
    Q,

    /// <summary>Through the keys only.</summary>
    K,

    /// <summary>Through queries and keys.</summary>
    QK,

    /// <summary>Through the values, with the attention pattern held fixed.</summary>
    V,
}
