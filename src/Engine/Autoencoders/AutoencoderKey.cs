namespace AeServerless.Engine.Autoencoders;

/// <summary>One autoencoder of a recipe at one layer.</summary>
/// <param name="Name">What the recipe calls it.</param>
/// <param name="Layer">Layer of the model, from 0.</param>
public readonly record struct AutoencoderKey(string Name, int Layer)
{
    /// <summary>As messages say it: <c>mlp_autoencoder_latent of layer 2</c>.</summary>
    public override string ToString() => $"{Name} of layer {Layer}";
}
