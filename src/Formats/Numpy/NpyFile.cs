using AeServerless.Engine;
using AeServerless.Engine.IO;
using AeServerless.Formats.Tensors;

namespace AeServerless.Formats.Numpy;

/// <summary>Reads the header of a <c>.npy</c> file of a plain array; its elements are read when asked for.</summary>
public static class NpyFile
{
    /// <summary>Reads the header.</summary>
    /// <param name="source">The file.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="InvalidInputException">
    /// It is no .npy file of numbers, or has fewer or more bytes than its header says.
    /// </exception>
    public static async Task<StoredTensor> OpenAsync(IByteSource source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        const string Name = "array";
        return NpzFile.Tensor(source.Name, Name, await NpyHeader.ReadAsync(source, source.Name, Name, cancellationToken), source);
    }
}
