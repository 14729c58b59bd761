using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Transformers;

namespace AeServerless.Engine.Sources;

/// <summary>A recipe's autoencoder at one layer, known to exist and to fit the model.</summary>
internal sealed record ResolvedAutoencoder(AutoencoderReference Reference, AutoencoderKey Key, AutoencoderHeader Header)
{
    /// <summary>What it reads.</summary>
    public AutoencoderInput Input => Reference.Input!.Value;

    /// <summary>What it reconstructs.</summary>
    public AutoencoderInput Output => Reference.Target!.Value;

    public AutoencoderNodeType NodeType => Reference.ExplainedNode;

    public bool IsTranscoder => Input != Output;

    /// <summary>Layer of the model; 0 for the stream before it.</summary>
    public int Layer => Key.Layer;

    /// <summary>The sublayer whose units it reconstructs, for places that are not on the stream.</summary>
    public Sublayer Sublayer => Output == AutoencoderInput.AttnVOut ? Sublayer.Attention : Sublayer.Mlp;

    /// <summary>The layer under which a place of it is recorded.</summary>
    public int? RecordedLayer(AutoencoderInput place) => place == AutoencoderInput.ResidPostEmb ? null : Layer;
}
