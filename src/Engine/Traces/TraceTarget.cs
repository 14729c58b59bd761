namespace AeServerless.Engine.Traces;

/// <summary>What a trace takes the gradient of.</summary>
internal enum TraceTarget
{
    /// <summary>A neuron of an MLP.</summary>
    MlpNeuron,

    /// <summary>A latent of an autoencoder.</summary>
    AutoencoderLatent,

    /// <summary>An attention head between two tokens.</summary>
    AttentionHead,
}
