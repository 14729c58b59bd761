using AeServerless.Engine;
using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Numerics;
using AeServerless.Engine.Transformers;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace AeServerless.Capture.Gpt2;

/// <summary>A GPT-2 with, perhaps, autoencoders in its forward pass.</summary>
public sealed class Gpt2Model
{
    private readonly ModelDimensions _dimensions;
    private readonly ILookup<(AutoencoderInput, int), HookedAutoencoder> _hooks;

    /// <summary>Puts a model together. It owns neither weights nor autoencoders.</summary>
    /// <param name="config">The dimensions.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="autoencoders">At most one for each input and layer, and one input for each node type.</param>
    /// <exception cref="InvalidInputException">Autoencoders that don't fit the model or each other.</exception>
    public Gpt2Model(Gpt2Config config, Gpt2Weights weights, params IReadOnlyList<HookedAutoencoder> autoencoders)
    {
        foreach (var autoencoder in autoencoders)
        {
            HookValidation.ValidateFit(config, autoencoder);
        }

        HookValidation.ValidateOneInputPerNodeType(autoencoders);
        Config = config;
        Weights = weights;
        Head = new OutputHead(weights.FinalNormWeight, weights.FinalNormBias, weights.Unembedding, config.LayerNormEpsilon);
        _dimensions = config.Dimensions;
        Autoencoders = autoencoders;
        _hooks = autoencoders.ToLookup(autoencoder => (autoencoder.Input, autoencoder.Layer));
        AutoencodersHaveOneInput = autoencoders.Select(autoencoder => autoencoder.Input).Distinct().Count() == 1;
    }

    /// <summary>The dimensions.</summary>
    public Gpt2Config Config { get; }

    /// <summary>The weights.</summary>
    public Gpt2Weights Weights { get; }

    /// <summary>What follows the last layer.</summary>
    public OutputHead Head { get; }

    /// <summary>The autoencoders in the forward pass.</summary>
    public IReadOnlyList<HookedAutoencoder> Autoencoders { get; }

    /// <summary>Whether all autoencoders read the same input, so that <c>online_autoencoder_latent</c> means them.</summary>
    public bool AutoencodersHaveOneInput { get; }

    /// <summary>Runs sequences of one length through the model.</summary>
    /// <param name="tokens">Token ids, <c>[batch, tokens]</c>, Int64.</param>
    /// <param name="keep">What to record; everything where null.</param>
    /// <param name="gradients">Whether gradients will be asked for.</param>
    public ForwardPass Forward(Tensor tokens, IReadOnlySet<ActivationSite>? keep = null, bool gradients = false)
    {
        using var mode = gradients ? torch.enable_grad() : torch.enable_grad(false);
        var pass = new ForwardPass(keep);
        var positions = torch.arange(tokens.shape[1], device: tokens.device);
        var residual = Weights.TokenEmbedding.index_select(0, tokens.flatten()).view([.. tokens.shape, Config.Width])
            .Plus(Weights.PositionEmbedding.index_select(0, positions));

        // The leaf of the graph: weights need no gradients.
        residual = residual.detach().requires_grad_(gradients);
        pass.Record(ActivationLocation.ResidPostEmb, null, residual);
        for (var layer = 0; layer < Config.Layers; layer++)
        {
            residual = Attend(pass, residual, layer);
            residual = ApplyMlp(pass, residual, layer);
        }

        pass.Final = Head.FinalNorm(residual);
        return pass;
    }

    private Tensor Attend(ForwardPass pass, Tensor residual, int layer)
    {
        var weights = Weights.Layers[layer];
        var (queries, keys, values) = Gpt2Block.Project(Gpt2Block.AttentionInput(residual, weights, _dimensions), weights, _dimensions);
        var output = Gpt2Block.WeightedValues(Gpt2Block.AttentionLogits(queries, keys).softmax(-1), values);
        pass.Record(ActivationLocation.AttnQ, layer, queries);
        pass.Record(ActivationLocation.AttnK, layer, keys);
        pass.Record(ActivationLocation.AttnV, layer, values);
        pass.Record(ActivationLocation.AttnVOut, layer, output);
        residual = residual.Plus(Hook(pass, AutoencoderInput.ResidDeltaAttn, layer, Gpt2Block.AttentionOutput(output, weights)));
        pass.Record(ActivationLocation.ResidPostAttn, layer, residual);
        return residual;
    }

    private Tensor ApplyMlp(ForwardPass pass, Tensor residual, int layer)
    {
        var weights = Weights.Layers[layer];
        var neurons = Gpt2Block.MlpPreActivations(residual, weights, _dimensions);
        pass.Record(ActivationLocation.MlpPreAct, layer, neurons);
        neurons = Hook(pass, AutoencoderInput.MlpPostAct, layer, Gpt2Block.Gelu(neurons));
        residual = residual.Plus(Hook(pass, AutoencoderInput.ResidDeltaMlp, layer, Gpt2Block.MlpOutput(neurons, weights)));
        pass.Record(ActivationLocation.ResidPostMlp, layer, residual);
        return residual;
    }

    private Tensor Hook(ForwardPass pass, AutoencoderInput input, int layer, Tensor x)
    {
        pass.Record(input.Location(), layer, x);
        if (_hooks[(input, layer)].FirstOrDefault() is not { } autoencoder)
        {
            return x;
        }

        // Probes: they add exactly zero, and their gradients are those of latents and error in `decode(latents) + error`.
        var gradients = x.requires_grad;
        var latents = autoencoder.Activate(autoencoder.PreActivations(x.detach())).requires_grad_(gradients);
        var reconstruction = autoencoder.Decode(latents);
        var error = (x - reconstruction).detach().requires_grad_(gradients);
        var parts = reconstruction.Plus(error);
        pass.Record(autoencoder.LatentLocation, layer, latents);
        if (AutoencodersHaveOneInput)
        {
            pass.Record(ActivationLocation.OnlineAutoencoderLatent, layer, latents);
        }

        pass.Record(autoencoder.ErrorLocation, layer, error);
        return x.Plus(parts - parts.detach());
    }
}
