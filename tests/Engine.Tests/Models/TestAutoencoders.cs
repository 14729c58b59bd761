using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Tests.Models;

internal static class TestAutoencoders
{
    public static async Task<Autoencoder> LoadAsync(string path, CancellationToken cancellationToken)
    {
        var file = await SafetensorsFile.OpenAsync(new MemoryByteSource(path, await File.ReadAllBytesAsync(path, cancellationToken)), cancellationToken);
        var preBias = await file.ReadFloatsAsync("pre_bias", cancellationToken);
        var latentBias = await file.ReadFloatsAsync("latent_bias", cancellationToken);
        var decoder = await file.ReadFloatsAsync("decoder.weight", cancellationToken);
        var rows = new float[decoder.Length];
        for (var i = 0; i < decoder.Length; i++) rows[i % latentBias.Length * preBias.Length + i / latentBias.Length] = decoder[i];
        var activation = file.Metadata["activation"] == "TopK" ? Activation.TopK(int.Parse(file.Metadata["k"])) : Activation.ReLU;
        return new Autoencoder(path, preBias, await file.ReadFloatsAsync("encoder.weight", cancellationToken), latentBias, rows, activation);
    }
}
