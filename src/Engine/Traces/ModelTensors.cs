using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Traces;

/// <summary>Tensors of a model's file by GPT-2's names, with or without the prefix <c>transformer.</c>.</summary>
internal sealed class ModelTensors(SafetensorsFile file)
{
    public async Task<float[]> ReadFloatsAsync(int layer, string name, IReadOnlyList<long> shape, CancellationToken cancellationToken)
    {
        var entry = Find(layer, name);
        if (!entry.Shape.SequenceEqual(shape))
        {
            throw new InvalidInputException(
                $"{file.Source.Name}, tensor {entry.Name}", $"shape [{string.Join(", ", entry.Shape)}] has to be [{string.Join(", ", shape)}] for this dataset");
        }

        return await file.ReadFloatsAsync(entry.Name, cancellationToken).ConfigureAwait(false);
    }

    public async Task<(double[] Values, long[] Shape)> ReadDoublesAsync(int layer, string name, CancellationToken cancellationToken)
    {
        var entry = Find(layer, name);
        return (await file.ReadDoublesAsync(entry.Name, cancellationToken).ConfigureAwait(false), [.. entry.Shape]);
    }

    private TensorEntry Find(int layer, string name) => Find(file, layer, name);

    public static TensorEntry Find(SafetensorsFile file, int layer, string name)
    {
        var full = $"h.{layer}.{name}";
        return file.Tensors.TryGetValue(full, out var entry) || file.Tensors.TryGetValue("transformer." + full, out entry)
            ? entry
            : throw new InvalidInputException(file.Source.Name, $"tensor {full} is missing; a GPT-2 model with Hugging Face's names is needed");
    }
}
