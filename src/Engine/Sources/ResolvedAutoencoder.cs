using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Recipes;

namespace AeServerless.Engine.Sources;

/// <summary>A recipe's autoencoder at one layer, known to exist and to fit the model.</summary>
internal sealed record ResolvedAutoencoder(AutoencoderReference Reference, AutoencoderKey Key, AutoencoderHeader Header)
{
    public AutoencoderInput Input => Reference.Input;

    public AutoencoderNodeType NodeType => Input.NodeType();

    public int Layer => Key.Layer;
}
