using AeServerless.Engine.Numerics;

namespace AeServerless.Engine.Autoencoders;

/// <summary>From the decoder's sum to a reconstruction.</summary>
internal static class OutputMapping
{
    /// <summary>Brings a sum back to its input's scale, and adds what skips the latents.</summary>
    /// <param name="autoencoder">Whose maps.</param>
    /// <param name="x">The input that the latents come from. <c>[input]</c>.</param>
    /// <param name="output">The decoder's sum; receives the reconstruction. <c>[output]</c>.</param>
    public static void Apply(Autoencoder autoencoder, ReadOnlySpan<float> x, Span<float> output)
    {
        if (autoencoder.InputMap.UndoesNorm)
        {
            var (scale, shift) = InputMapping.Undo(autoencoder.InputMap, x);
            foreach (ref var value in output)
            {
                value = (float)((value * scale) + shift);
            }
        }

        if (autoencoder.Skip is { } skip)
        {
            for (var i = 0; i < output.Length; i++)
            {
                output[i] += FixedOrder.Dot(x, skip.AsSpan(i * x.Length, x.Length));
            }
        }
    }
}
