using AeServerless.Engine;
using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Tensors;
using AeServerless.Engine.Transformers;
using AeServerless.Models;
using AeServerless.Models.Recording;

namespace AeServerless.Capture.Tests;

public sealed class Gpt2WeightsTests
{
    [Fact]
    public async Task Load_WithAndWithoutPrefix_GivesTheSame()
    {
        using var plain = await LoadAsync(name => name);
        using var prefixed = await LoadAsync(name => name == "lm_head.weight" ? name : $"transformer.{name}");

        Assert.True(plain.Weights.Layers[1].MlpOut.Matrix.equal(prefixed.Weights.Layers[1].MlpOut.Matrix).all().item<bool>());
        Assert.True(plain.Weights.Head!.Matrix.equal(prefixed.Weights.Head!.Matrix).all().item<bool>());
        Assert.False(plain.Weights.Head.Matrix.equal(plain.Weights.Embedding.Matrix).all().item<bool>());
    }

    [Fact]
    public async Task MissingOrMisshapenTensor_IsNamed()
    {
        var missing = await Assert.ThrowsAsync<InvalidInputException>(() => LoadAsync(name => name == "h.1.ln_2.bias" ? "other" : name));
        Assert.Equal("model.safetensors, tensor 'h.1.ln_2.bias': is missing", missing.Message);

        var misshapen = await Assert.ThrowsAsync<InvalidInputException>(
            () => LoadAsync(name => name, SmallModels.Config with { MlpWidth = 12 }));
        Assert.Contains(
            "'h.0.mlp.c_fc.weight': has the shape [6, 10]; the model's configuration needs [6, 12]",
            misshapen.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task AutoencodersThatDoNotFit_AreNamed()
    {
        using var model = await SmallModels.LoadAsync(0);
        using var wide = SmallModels.Autoencoder(0, AutoencoderInput.MlpPostAct, 0, Activation.ReLU);
        using var late = SmallModels.Autoencoder(0, AutoencoderInput.ResidDeltaMlp, 5, Activation.ReLU);
        using var other = SmallModels.Autoencoder(0, AutoencoderInput.ResidDeltaMlp, 1, Activation.ReLU);
        using var narrow = new HookedAutoencoder(
            new Autoencoder("narrow", new float[12], new float[24], new float[2], new LatentDirections(new float[24], 12), Activation.ReLU),
            AutoencoderInput.MlpPostAct,
            0);

        Assert.Contains("is for layer 5; the model has layers 0 to 1", Fault(late), StringComparison.Ordinal);
        Assert.Contains("has 12 inputs; mlp.post_act of the model has 10", Fault(narrow), StringComparison.Ordinal);
        Assert.Contains("only one input", Fault(wide, other), StringComparison.Ordinal);
        Assert.Contains("are both for layer 0", Fault(wide, wide), StringComparison.Ordinal);

        string Fault(params HookedAutoencoder[] autoencoders) =>
            Assert.Throws<InvalidInputException>(() => new HookedModel(model, autoencoders)).Message;
    }

    private static async Task<LanguageModel> LoadAsync(Func<string, string> rename, Gpt2Config? config = null) =>
        await LanguageModel.LoadAsync(
        await SmallModels.FilesAsync(1, config ?? SmallModels.Config, rename, TensorDtype.F32), TestContext.Current.CancellationToken);
}
