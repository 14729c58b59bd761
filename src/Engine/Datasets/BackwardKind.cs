namespace AeServerless.Engine.Datasets;

/// <summary>What recorded gradients are gradients of.</summary>
public enum BackwardKind
{
    /// <summary>A loss on the model's logits.</summary>
    Loss,

    /// <summary>One activation inside the model.</summary>
    Trace,
}
