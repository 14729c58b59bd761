using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Results.Views;

/// <summary>The tokens whose logits a latent's write direction raises and lowers most.</summary>
/// <param name="width">Latents.</param>
/// <param name="count">Tokens of each kind for a latent.</param>
public sealed class LogitTable(int width, int count)
{
    private readonly int[] _promoted = Filled(width * count, -1);
    private readonly int[] _suppressed = Filled(width * count, -1);
    private readonly float[] _promotedValues = Filled(width * count, float.NaN);
    private readonly float[] _suppressedValues = Filled(width * count, float.NaN);

    /// <summary>Tokens of each kind for a latent.</summary>
    public int Count => count;

    /// <summary>Numbers that it has.</summary>
    public long Values => 4L * width * count;

    /// <summary>The promoted tokens of a latent, the largest first; −1 where there are none. [count]</summary>
    public ReadOnlySpan<int> Promoted(int latent) => _promoted.AsSpan(latent * count, count);

    /// <summary>The suppressed tokens of a latent, the most negative first; −1 where there are none. [count]</summary>
    public ReadOnlySpan<int> Suppressed(int latent) => _suppressed.AsSpan(latent * count, count);

    /// <summary>Sets a latent's row.</summary>
    /// <param name="latent">The latent.</param>
    /// <param name="logits">What it does to the logits. [vocabulary]</param>
    /// <param name="promoted">Its tokens with the largest values, the largest first; at most <see cref="Count"/>.</param>
    /// <param name="suppressed">Its tokens with the most negative values, the most negative first.</param>
    public void Set(int latent, ReadOnlySpan<float> logits, ReadOnlySpan<int> promoted, ReadOnlySpan<int> suppressed)
    {
        Set(latent, logits, promoted, _promoted, _promotedValues);
        Set(latent, logits, suppressed, _suppressed, _suppressedValues);
    }

    /// <summary>Writes <c>logits/{autoencoder}/{layer}</c>.</summary>
    public async Task WriteAsync(string autoencoder, int layer, IResultSink run, CancellationToken cancellationToken)
    {
        using var tensors = new TensorSet();
        tensors.Metadata["schema"] = ResultMetadata.Schema;
        tensors.Metadata["autoencoder"] = autoencoder;
        tensors.Metadata.Put("layer", layer);
        Add(tensors, "promoted_tokens", _promoted);
        Add(tensors, "promoted_values", _promotedValues);
        Add(tensors, "suppressed_tokens", _suppressed);
        Add(tensors, "suppressed_values", _suppressedValues);
        await tensors.WriteAsync(run, ResultNames.Logits(autoencoder, layer), cancellationToken);
    }

    private static T[] Filled<T>(int length, T value)
    {
        var filled = new T[length];
        Array.Fill(filled, value);
        return filled;
    }

    private void Set(int latent, ReadOnlySpan<float> logits, ReadOnlySpan<int> tokens, int[] ids, float[] values)
    {
        for (var i = 0; i < tokens.Length; i++)
        {
            ids[(latent * count) + i] = tokens[i];
            values[(latent * count) + i] = logits[tokens[i]];
        }
    }

    private void Add(TensorSet tensors, string name, int[] values) => tensors.Add(
        name, TensorDtype.I32, [width, count], (writer, cancellation) => writer.WriteAsync(values.AsMemory(), cancellation));

    private void Add(TensorSet tensors, string name, float[] values) => tensors.Add(
        name, TensorDtype.F32, [width, count], (writer, cancellation) => writer.WriteAsync(values.AsMemory(), cancellation));
}
