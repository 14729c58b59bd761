using AeServerless.Engine.Autoencoders;

namespace AeServerless.Bench;

/// <summary>Sizes of an autoencoder, and what its inputs are like.</summary>
internal sealed record Shape(string Name, int Input, int Latents, Activation Activation)
{
    /// <summary>Columns of the inputs that stand out, and how many times.</summary>
    public IReadOnlyList<(int Column, float Factor)> Outliers { get; init; } = [];

    /// <summary>Whether inputs and weights are those of bench/real, not random.</summary>
    public bool IsReal { get; init; }

    /// <summary>Whether only encoding is measured with it.</summary>
    public bool IsForEncodingAlone => IsReal || Outliers.Count > 0;

    /// <summary>Width of the residual stream of GPT-2 small.</summary>
    public const int ModelWidth = 768;

    public static IReadOnlyList<Shape> All { get; } =
    [
        new("768-relu", 768, 32_768, Activation.ReLU),
        new("768-topk32", 768, 32_768, Activation.TopK(32)),
        new("768-jumprelu", 768, 32_768, new Activation(ActivationKind.JumpReLU)),
        new("768-gated", 768, 32_768, new Activation(ActivationKind.Gated)),
        new("3072-relu", 3072, 32_768, Activation.ReLU),
        new("3072-topk32", 3072, 32_768, Activation.TopK(32)),
        new("768-relu-outliers", 768, 32_768, Activation.ReLU) { Outliers = [(138, 20), (447, 50)] },
        new("real", RealData.Width, RealData.Latents, new Activation(ActivationKind.JumpReLU)) { IsReal = true },
        new("sample-relu", 512, 1_024, Activation.ReLU), // sizes of samples/kjv-gpt2's mlp_post_act
    ];
}
