namespace AeServerless.Engine.Sources;

/// <summary>Places within a layer, in the order of the forward pass.</summary>
internal enum LocationWithinLayer
{
    /// <summary>The residual stream that the layer starts from.</summary>
    EndOfPreviousLayer = 1,

    /// <summary>Attention.</summary>
    Attention = 2,

    /// <summary>The residual stream between attention and MLP.</summary>
    ResidPostAttn = 3,

    /// <summary>The MLP.</summary>
    Mlp = 4,

    /// <summary>The residual stream at the layer's end.</summary>
    ResidPostMlp = 5,
}
