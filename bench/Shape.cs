using AeServerless.Engine.Autoencoders;

namespace AeServerless.Bench;

/// <summary>Sizes of an autoencoder.</summary>
internal sealed record Shape(string Name, int Input, int Latents, Activation Activation)
{
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
        new("sample-relu", 512, 1_024, Activation.ReLU), // sizes of samples/kjv-gpt2's mlp_post_act
    ];
}
