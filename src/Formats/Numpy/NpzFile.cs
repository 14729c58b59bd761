using AeServerless.Engine;
using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;
using AeServerless.Formats.Files;
using AeServerless.Formats.Tensors;

namespace AeServerless.Formats.Numpy;

/// <summary>
/// Reads numpy's <c>.npz</c> archives of plain arrays. No object array is read, and nothing is allocated or inflated beyond what header and
/// file agree on.
/// </summary>
public static class NpzFile
{
    private const string Extension = ".npy";

    /// <summary>Reads the archive's directory and the headers of its arrays.</summary>
    /// <exception cref="InvalidInputException">The archive or an array in it is broken, or of a kind that is not read.</exception>
    public static async Task<TensorFile> OpenAsync(IByteSource source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        var zip = await ZipFile.OpenAsync(source, cancellationToken);
        var tensors = new Dictionary<string, StoredTensor>(StringComparer.Ordinal);
        foreach (var entry in zip.Entries.Values)
        {
            if (!entry.Name.EndsWith(Extension, StringComparison.Ordinal))
            {
                throw new InvalidInputException($"{source.Name}, entry '{entry.Name}'", "is not a .npy array");
            }

            var name = entry.Name[..^Extension.Length];
            var content = await zip.OpenEntryAsync(entry, cancellationToken);
            var header = await NpyHeader.ReadAsync(content, source.Name, name, cancellationToken);
            tensors.Add(name, Tensor(source.Name, name, header, content));
        }

        return new TensorFile(source.Name, tensors, new Dictionary<string, object?>());
    }

    internal static StoredTensor Tensor(string file, string name, NpyHeader header, IByteSource content)
    {
        var bytes = (Int128)header.Dtype.Size();
        foreach (var dimension in header.Shape)
        {
            bytes = bytes > long.MaxValue ? bytes : bytes * dimension;
        }

        var held = content.Length - header.DataOffset;
        if (bytes != held)
        {
            var shape = string.Join(", ", header.Shape);
            throw new InvalidInputException(
                $"{file}, array '{name}'",
                $"{name} size: the header's shape ({shape}) needs {bytes} bytes, the archive's entry has {held}");
        }

        IReadOnlyList<long> strides = header.FortranOrder
            ? [.. StoredTensor.RowMajor([.. header.Shape.Reverse()]).Reverse()]
            : StoredTensor.RowMajor(header.Shape);
        return new StoredTensor(file, name, header.Dtype, header.Shape, strides, content, header.DataOffset);
    }
}
