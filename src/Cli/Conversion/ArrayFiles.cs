using AeServerless.Engine;
using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;
using AeServerless.Formats.Arrow;
using AeServerless.Formats.Numpy;
using AeServerless.Formats.Pickle;
using AeServerless.Formats.Tensors;

namespace AeServerless.Cli.Conversion;

/// <summary>Opens arrays in files of one kind, which their names tell.</summary>
/// <param name="use">What the array is to be.</param>
internal sealed class ArrayFiles(ArrayUse use)
{
    private const string Kinds =
        "a .npy file, or .npz, .safetensors, .pt, .pth, .arrow, .feather or .parquet, or a folder of them; of raw numbers say type and "
            + "shape: ";

    public static readonly IReadOnlyList<string> Extensions =
        [".npy", ".npz", ".safetensors", ".pt", ".pth", ".arrow", ".feather", ".parquet"];

    /// <summary>Opens files, one behind the other.</summary>
    /// <param name="paths">The files, of one kind; at least one.</param>
    /// <param name="address">What the user named.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    public async Task<ArrayRows> OpenAsync(IReadOnlyList<string> paths, ArrayAddress address, CancellationToken cancellationToken)
    {
        var extension = Path.GetExtension(paths[0]).ToLowerInvariant();
        if (extension == ".parquet")
        {
            return await ParquetRows.OpenAsync(paths, address.Part, use, cancellationToken);
        }

        var pieces = new List<StoredTensor>();
        foreach (var path in paths)
        {
            var source = new ReopenedFile(path);
            pieces.AddRange(extension switch
            {
                ".npy" => [Shaped(await NpyFile.OpenAsync(source, cancellationToken), address)],
                ".npz" => [use.Choose(await NpzFile.OpenAsync(source, cancellationToken), address.Part)],
                ".safetensors" => [use.Choose(await TensorFile.OpenSafetensorsAsync(source, cancellationToken), address.Part)],
                ".pt" or ".pth" => [use.Choose(await TorchFile.OpenAsync(source, cancellationToken), address.Part)],
                ".arrow" or ".feather" => await ColumnAsync(source, address.Part, cancellationToken),
                _ => [Raw(source, address)],
            });
        }

        return new StoredRows(address.Text, pieces);
    }

    private async Task<IReadOnlyList<StoredTensor>> ColumnAsync(IByteSource source, string? part, CancellationToken cancellationToken)
    {
        var file = await ArrowFile.OpenAsync(source, cancellationToken);
        return await file.ReadColumnAsync(use.Choose(source.Name, file.Columns, file.FloatLists(), part), cancellationToken);
    }

    private static StoredTensor Shaped(StoredTensor array, ArrayAddress address)
    {
        if (address.Part is null)
        {
            return array;
        }

        var shape = ArrayShape.Parse(address.Part, address.Text);
        if (shape.Dtype is { } type && type != array.Dtype)
        {
            throw new InvalidInputException(address.Text, $"says {type.Name()}, but the file is {array.Dtype.Name()}");
        }

        return shape.Count == array.Count && array.Strides.SequenceEqual(StoredTensor.RowMajor(array.Shape))
            ? array with { Shape = shape.Dimensions, Strides = StoredTensor.RowMajor(shape.Dimensions) }
            : throw new InvalidInputException(
                address.Text, $"does not fit: the file has the shape {array.ShapeText}, in C's order or not");
    }

    private static StoredTensor Raw(ReopenedFile source, ArrayAddress address)
    {
        if (address.Part is null || ArrayShape.Parse(address.Part, address.Text) is not { Dtype: { } dtype } shape)
        {
            throw new InvalidInputException(
                address.Text, $"is not known by its name: {Kinds}{address.Path}#float32:1000x128x768");
        }

        return shape.Count * dtype.Size() == source.Length
            ? new StoredTensor(
                source.Name, "array", dtype, shape.Dimensions, StoredTensor.RowMajor(shape.Dimensions), source, Offset: 0)
            : throw new InvalidInputException(
                address.Text, $"does not fit: it needs {shape.Count * dtype.Size()} bytes, and the file has {source.Length}");
    }
}
