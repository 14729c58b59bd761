using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;

namespace AeServerless.Bench;

/// <summary>A real residual stream and the encoder of a real autoencoder on it: bench/real.</summary>
internal static class RealData
{
    public const int Width = 576;
    public const int Latents = 4608;

    /// <summary>The autoencoder, and the stream's rows again and again.</summary>
    /// <param name="name">The autoencoder's name.</param>
    /// <param name="tokens">Number of rows.</param>
    public static (Autoencoder Autoencoder, float[] Inputs) Read(string name, int tokens)
    {
        using var source = new FileByteSource(Path.Combine(AppContext.BaseDirectory, "real", "smollm2-layer-9.safetensors"));
        var file = SafetensorsFile.OpenAsync(source, CancellationToken.None).GetAwaiter().GetResult();
        float[] Floats(string tensor) => file.ReadFloatsAsync(tensor, CancellationToken.None).GetAwaiter().GetResult();
        var weights = Floats("encoder.weight");
        var autoencoder = new Autoencoder(
            name, Floats("pre_bias"), weights, Floats("latent_bias"), new LatentDirections(weights, Width),
            new Activation(ActivationKind.JumpReLU) { Thresholds = Floats("threshold") });
        var rows = Floats("resid.post_mlp/forward/9");
        var inputs = new float[tokens * Width];
        for (var i = 0; i < inputs.Length; i++)
        {
            inputs[i] = rows[i % rows.Length];
        }

        return (autoencoder, inputs);
    }
}
