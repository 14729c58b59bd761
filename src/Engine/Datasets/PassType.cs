namespace AeServerless.Engine.Datasets;

/// <summary>Which pass through the model a tensor was recorded on.</summary>
public enum PassType
{
    /// <summary>Activations.</summary>
    Forward,

    /// <summary>Gradients of the loss, or of the traced activation, with respect to the activations.</summary>
    Backward,
}
