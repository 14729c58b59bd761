using AeServerless.Engine;

namespace AeServerless.Models.Weights;

/// <summary>Small files of a model's folder, whole.</summary>
internal static class ModelFiles
{
    private const int MaxLength = 1 << 28;

    /// <summary>A file's bytes; null where it is not there.</summary>
    /// <exception cref="InvalidInputException">It has more than 256 MB.</exception>
    public static async Task<byte[]?> TryReadAsync(this IModelFiles files, string name, CancellationToken cancellationToken)
    {
        if (await files.TryOpenAsync(name, cancellationToken) is not { } source)
        {
            return null;
        }

        using var resource = source as IDisposable;
        if (source.Length > MaxLength)
        {
            throw new InvalidInputException(source.Name, $"has {source.Length} bytes; at most {MaxLength} are read");
        }

        var bytes = new byte[source.Length];
        await source.ReadAsync(0, bytes, cancellationToken);
        return bytes;
    }
}
