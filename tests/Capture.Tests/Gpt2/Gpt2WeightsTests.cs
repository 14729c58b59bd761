using System.Runtime.InteropServices;
using AeServerless.Capture.Gpt2;
using AeServerless.Engine;
using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;
using AeServerless.Engine.Transformers;
using TorchSharp;

namespace AeServerless.Capture.Tests.Gpt2;

public sealed class Gpt2WeightsTests
{
    [Fact]
    public async Task Load_WithAndWithoutPrefix_GivesTheSame()
    {
        using var plain = await LoadAsync(await FileAsync(name => name));
        using var prefixed = await LoadAsync(await FileAsync(name => name == "lm_head.weight" ? name : $"transformer.{name}"));

        Assert.True(plain.Layers[1].MlpOutWeight.equal(prefixed.Layers[1].MlpOutWeight).all().item<bool>());
        Assert.True(plain.Unembedding.equal(prefixed.Unembedding).all().item<bool>());
        Assert.False(plain.Unembedding.equal(plain.TokenEmbedding).all().item<bool>());
    }

    [Fact]
    public async Task MissingOrMisshapenTensor_IsNamed()
    {
        var missing = await Assert.ThrowsAsync<InvalidInputException>(async () => await LoadAsync(await FileAsync(name => name == "h.1.ln_2.bias" ? "other" : name)));
        Assert.Equal("model.safetensors, tensor 'h.1.ln_2.bias': is missing", missing.Message);

        var file = await FileAsync(name => name);
        var misshapen = await Assert.ThrowsAsync<InvalidInputException>(
            () => Gpt2Weights.LoadAsync(file, SmallModels.Config with { MlpWidth = 12 }, TestContext.Current.CancellationToken));
        Assert.Contains("'h.0.mlp.c_fc.weight': has the shape [6, 10]; the model's configuration needs [6, 12]", misshapen.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AutoencodersThatDoNotFit_AreNamed()
    {
        using var weights = SmallModels.Weights(0);
        using var wide = SmallModels.Autoencoder(0, AutoencoderInput.MlpPostAct, 0, Activation.ReLU);
        using var late = SmallModels.Autoencoder(0, AutoencoderInput.ResidDeltaMlp, 5, Activation.ReLU);
        using var other = SmallModels.Autoencoder(0, AutoencoderInput.ResidDeltaMlp, 1, Activation.ReLU);

        Assert.Contains("is for layer 5; the model has layers 0 to 1", Fault(SmallModels.Config, late), StringComparison.Ordinal);
        Assert.Contains("has 10 inputs; mlp.post_act of the model has 12", Fault(SmallModels.Config with { MlpWidth = 12 }, wide), StringComparison.Ordinal);
        Assert.Contains("only one input", Fault(SmallModels.Config, wide, other), StringComparison.Ordinal);
        Assert.Contains("are both for layer 0", Fault(SmallModels.Config, wide, wide), StringComparison.Ordinal);

        string Fault(Gpt2Config config, params HookedAutoencoder[] autoencoders) =>
            Assert.Throws<InvalidInputException>(() => new Gpt2Model(config, weights, autoencoders)).Message;
    }

    private static Task<Gpt2Weights> LoadAsync(SafetensorsFile file) => Gpt2Weights.LoadAsync(file, SmallModels.Config, TestContext.Current.CancellationToken);

    private static async Task<SafetensorsFile> FileAsync(Func<string, string> rename)
    {
        var tensors = new List<(TensorSpec Spec, float[] Values)>();
        var random = new Random(1);
        using var weights = Gpt2Weights.Create(SmallModels.Config, (name, shape) =>
        {
            var tensor = torch.rand(shape, generator: new torch.Generator((ulong)random.Next()));
            tensors.Add((new TensorSpec(rename(name), TensorDtype.F32, shape), MemoryMarshal.Cast<byte, float>(tensor.bytes).ToArray()));
            return tensor;
        });
        using var stream = new MemoryStream();
        var cancellation = TestContext.Current.CancellationToken;
        await using (var writer = await SafetensorsWriter.CreateAsync(stream, [.. tensors.Select(tensor => tensor.Spec)], null, cancellation))
        {
            foreach (var (_, values) in tensors)
            {
                await writer.WriteAsync(values.AsMemory(), cancellation);
            }

            await writer.CompleteAsync(cancellation);
        }

        return await SafetensorsFile.OpenAsync(new MemoryByteSource("model.safetensors", stream.ToArray()), cancellation);
    }
}
