namespace AeServerless.Exports.Sessions;

/// <summary>Options of the <c>neuron-record</c> and <c>circuit-tracer</c> formats.</summary>
public sealed record RecordOptions
{
    /// <summary>Sequences that are drawn at random. The default is 10.</summary>
    public int RandomExamples { get; init; } = 10;

    /// <summary>Whether neuron records have samples by quantile. The default is false.</summary>
    public bool Quantiles { get; init; }

    /// <summary>circuit-tracer's name of the transcoders; empty for the autoencoder's.</summary>
    public string TranscoderId { get; init; } = "";

    /// <summary>
    /// Whether sequences in which a latent is silent make up for strong ones that are missing. The default is false: a dead latent has one
    /// record.
    /// </summary>
    public bool Pad { get; init; }

    /// <summary>Whether circuit-tracer's features are packed, one file a layer. The default is a file for each.</summary>
    public bool Packed { get; init; }
}
