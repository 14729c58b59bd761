using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;

namespace AeServerless.Formats.Tensors;

/// <summary>What a file of tensors holds, whichever of the three kinds it is.</summary>
/// <param name="Name">The file, as messages call it.</param>
/// <param name="Tensors">Its tensors by name.</param>
/// <param name="Values">What stands beside the tensors: metadata of safetensors, numbers, texts and dictionaries of a pickle.</param>
public sealed record TensorFile(string Name, IReadOnlyDictionary<string, StoredTensor> Tensors, IReadOnlyDictionary<string, object?> Values)
{
    /// <summary>Whether all of these tensors are there.</summary>
    public bool Has(params IReadOnlyList<string> names) => names.All(Tensors.ContainsKey);

    /// <summary>Opens a safetensors file.</summary>
    /// <exception cref="AeServerless.Engine.InvalidInputException">The header, or the file's length, breaks the format.</exception>
    public static async Task<TensorFile> OpenSafetensorsAsync(IByteSource source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        var file = await SafetensorsFile.OpenAsync(source, cancellationToken);
        return new TensorFile(
            source.Name,
            file.Tensors.Values.ToDictionary(
                entry => entry.Name,
                entry => new StoredTensor(
                    source.Name, entry.Name, entry.Dtype, entry.Shape, StoredTensor.RowMajor(entry.Shape), source, entry.Offset),
                StringComparer.Ordinal),
            file.Metadata.ToDictionary(pair => pair.Key, object? (pair) => pair.Value, StringComparer.Ordinal));
    }
}
