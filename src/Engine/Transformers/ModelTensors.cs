using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Transformers;

/// <summary>Tensors of a model's layers, one by one: a plan needs few of them.</summary>
internal sealed class ModelTensors(SafetensorsFile file)
{
    /// <summary>A tensor of a layer, e.g. <c>mlp.c_proj.weight</c>.</summary>
    /// <exception cref="InvalidInputException">It is missing or has another shape.</exception>
    public Task<float[]> ReadFloatsAsync(int layer, string name, long[] shape, CancellationToken cancellationToken) =>
        file.ReadFloatsAsync(Gpt2WeightNames.Find(file, Gpt2WeightNames.InLayer(layer, name), shape).Name, cancellationToken);

    /// <summary>A tensor that belongs to no layer.</summary>
    public Task<double[]> ReadDoublesAsync(string name, long[] shape, CancellationToken cancellationToken) =>
        file.ReadDoublesAsync(Gpt2WeightNames.Find(file, name, shape).Name, cancellationToken);

    /// <summary>The unembedding, <c>[vocabulary, d_model]</c>: a tensor of its own, or the token embedding.</summary>
    public async Task<(double[] Values, int Vocabulary)> ReadUnembeddingAsync(int width, CancellationToken cancellationToken)
    {
        var name = file.Tensors.Keys.FirstOrDefault(key => key.EndsWith(Gpt2WeightNames.Unembedding, StringComparison.Ordinal))
            ?? file.Tensors.Keys.FirstOrDefault(key => key.EndsWith("wte.weight", StringComparison.Ordinal)) ?? "wte.weight";
        var vocabulary = file.GetTensor(name).Rows;
        return (await ReadDoublesAsync(name, [vocabulary, width], cancellationToken), (int)vocabulary);
    }

    /// <inheritdoc cref="ReadFloatsAsync" />
    public Task<double[]> ReadDoublesAsync(int layer, string name, long[] shape, CancellationToken cancellationToken) =>
        file.ReadDoublesAsync(Gpt2WeightNames.Find(file, Gpt2WeightNames.InLayer(layer, name), shape).Name, cancellationToken);
}
