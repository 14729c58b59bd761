using AeServerless.Formats.Definitions;
using AeServerless.Formats.Tensors;

namespace AeServerless.Formats.Reading;

/// <summary>The thresholds of a JumpReLU gate, in the forms that files have.</summary>
internal static class Thresholds
{
    /// <summary>A threshold for each latent, or one number for all.</summary>
    /// <param name="tensor">Shape [latents], [1] or [].</param>
    /// <param name="latents">Number of latents.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    public static async Task<float[]> ReadAsync(StoredTensor tensor, int latents, CancellationToken cancellationToken)
    {
        if (tensor.Count == 1)
        {
            return Constant(await TensorReader.ReadNumberAsync(tensor, cancellationToken), latents);
        }

        return await TensorReader.ReadVectorAsync(tensor.RequireShape(latents), cancellationToken);
    }

    public static float[] Constant(float threshold, int latents)
    {
        var thresholds = new float[latents];
        Array.Fill(thresholds, threshold);
        return thresholds;
    }

    /// <summary>Throws unless the tensor's shape is one that <see cref="ReadAsync"/> takes.</summary>
    public static StoredTensor RequireShape(StoredTensor tensor, int latents) => tensor.Count == 1 ? tensor : tensor.RequireShape(latents);

    /// <summary>Where a library takes ReLU too: p &gt; threshold and p &gt; 0.</summary>
    public static JumpReluGate Rectified(float[] thresholds) => new(Array.ConvertAll(thresholds, threshold => Math.Max(threshold, 0)));

    /// <summary>Thresholds stored as logarithms.</summary>
    public static float[] Exponential(StoredTensor tensor, float[] logarithms) => Array.ConvertAll(logarithms, logarithm =>
    {
        var threshold = (float)Math.Exp(logarithm);
        return float.IsFinite(threshold)
            ? threshold
            : throw tensor.Fault($"{tensor.Name} holds {logarithm}, whose exponential is not finite");
    });
}
