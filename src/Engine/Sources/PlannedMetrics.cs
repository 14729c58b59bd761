using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Graph;

namespace AeServerless.Engine.Sources;

/// <summary>The nodes that an autoencoder's token metrics are taken from.</summary>
internal sealed record PlannedMetrics(AutoencoderKey Autoencoder, PlanNode Input, SparseNode Latents, PlanNode Error);
