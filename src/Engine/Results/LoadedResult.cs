using System.Runtime.InteropServices;
using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Results;

/// <summary>A result file that is held in memory: storage is read once, and numbers are used in place.</summary>
internal sealed class LoadedResult : IDisposable
{
    private readonly byte[] _content;

    private LoadedResult(byte[] content, SafetensorsFile file) => (_content, File) = (content, file);

    /// <summary>The file, read from memory.</summary>
    public SafetensorsFile File { get; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidInputException">It is missing, larger than memory can hold at once, or breaks the format.</exception>
    public static async Task<LoadedResult> LoadAsync(IResultSource part, string name, CancellationToken cancellationToken)
    {
        var source = await part.OpenAsync(name, cancellationToken);
        using var resource = source as IDisposable;
        if (source.Length > Array.MaxLength)
        {
            throw new InvalidInputException(
                source.Name, $"has {source.Length} bytes; statistics of at most {Array.MaxLength} can be merged");
        }

        var content = LargeArrays<byte>.Pool.Rent((int)source.Length);
        try
        {
            var bytes = content.AsMemory(0, (int)source.Length);
            await source.ReadAsync(0, bytes, cancellationToken);
            return new LoadedResult(content, await SafetensorsFile.OpenAsync(new MemoryByteSource(source.Name, bytes), cancellationToken));
        }
        catch
        {
            LargeArrays<byte>.Pool.Return(content);
            throw;
        }
    }

    /// <summary>A tensor's numbers.</summary>
    /// <exception cref="InvalidInputException">It is missing or of another type.</exception>
    public ReadOnlySpan<T> Numbers<T>(string name, TensorDtype dtype)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(Bytes(GetTensor(name, dtype)));

    /// <summary>A tensor's numbers, of any type of whole numbers.</summary>
    /// <exception cref="InvalidInputException">It is missing or of another type.</exception>
    public WholeNumbers WholeNumbers(string name)
    {
        var entry = File.GetTensor(name);
        return Results.WholeNumbers.Takes(entry.Dtype)
            ? new WholeNumbers(Bytes(entry), entry.Dtype)
            : throw TensorLayout.Error(File.Source.Name, name, $"is {entry.Dtype.Name()}; whole numbers are needed");
    }

    /// <summary>The error of a file whose tensors contradict each other.</summary>
    public InvalidInputException Contradiction(string name) => new(File.Source.Name, $"the tensors of {name} do not fit each other");

    public void Dispose() => LargeArrays<byte>.Pool.Return(_content);

    private TensorEntry GetTensor(string name, TensorDtype dtype)
    {
        var entry = File.GetTensor(name);
        return entry.Dtype == dtype ? entry : throw TensorLayout.Error(
            File.Source.Name, name, $"is {entry.Dtype.Name()}; {dtype.Name()} is needed");
    }

    private ReadOnlySpan<byte> Bytes(TensorEntry entry) => _content.AsSpan((int)entry.Offset, (int)entry.Length);
}
