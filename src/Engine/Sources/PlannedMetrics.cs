using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Graph;
using AeServerless.Engine.Graph.Nodes;

namespace AeServerless.Engine.Sources;

/// <summary>
/// The nodes that an autoencoder's token metrics are taken from; the gradient of the loss at its input where there is one and tokens are
/// written.
/// </summary>
internal sealed record PlannedMetrics(
    AutoencoderKey Autoencoder, PlanNode Input, SparseNode Latents, PlanNode Error, RecordedRows? Gradient);
