using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;

namespace AeServerless.Engine.Results;

/// <summary>
/// A result file that is held in memory: storage is read once, and numbers are used in place. A file of more bytes than an index can count,
/// that of a million latents, is held in several pieces, which end where tensors do.
/// </summary>
internal sealed class LoadedResult : IDisposable
{
    private readonly List<Block> _blocks;

    private LoadedResult(SafetensorsFile file, List<Block> blocks) => (File, _blocks) = (file, blocks);

    /// <summary>What the file says of itself. Its tensors are read by <see cref="Numbers{T}"/>.</summary>
    public SafetensorsFile File { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="part">Where it is.</param>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <param name="mostBytes">Most bytes of a piece.</param>
    /// <exception cref="InvalidInputException">It is missing, breaks the format, or has a tensor that no piece can hold.</exception>
    public static async Task<LoadedResult> LoadAsync(
        IResultSource part, string name, CancellationToken cancellationToken, int? mostBytes = null)
    {
        var source = await part.OpenAsync(name, cancellationToken);
        using var resource = source as IDisposable;
        var blocks = new List<Block>();
        try
        {
            var most = mostBytes ?? Array.MaxLength;
            var file = source.Length <= most
                ? await LoadWholeAsync(source, blocks, cancellationToken)
                : await LoadTensorsAsync(source, blocks, most, cancellationToken);
            return new LoadedResult(file, blocks);
        }
        catch
        {
            Return(blocks);
            throw;
        }
    }

    /// <summary>A tensor's numbers.</summary>
    /// <exception cref="InvalidInputException">It is missing or of another type.</exception>
    public ReadOnlySpan<T> Numbers<T>(string name, TensorDtype dtype)
        where T : unmanaged => Column(name, dtype).Numbers<T>();

    /// <summary>A tensor's numbers, of any type of whole numbers.</summary>
    /// <exception cref="InvalidInputException">It is missing or of another type.</exception>
    public WholeNumbers WholeNumbers(string name) => WholeColumn(name).WholeNumbers;

    /// <summary>A tensor of a type.</summary>
    /// <exception cref="InvalidInputException">It is missing or of another type.</exception>
    public LoadedColumn Column(string name, TensorDtype dtype)
    {
        var entry = File.GetTensor(name);
        return entry.Dtype == dtype ? ColumnOf(entry) : throw TensorLayout.Error(
            File.Source.Name, name, $"is {entry.Dtype.Name()}; {dtype.Name()} is needed");
    }

    /// <summary>A tensor of any type of whole numbers.</summary>
    /// <exception cref="InvalidInputException">It is missing or of another type.</exception>
    public LoadedColumn WholeColumn(string name)
    {
        var entry = File.GetTensor(name);
        return Results.WholeNumbers.Takes(entry.Dtype)
            ? ColumnOf(entry)
            : throw TensorLayout.Error(File.Source.Name, name, $"is {entry.Dtype.Name()}; whole numbers are needed");
    }

    /// <summary>The error of a file whose tensors contradict each other.</summary>
    public InvalidInputException Contradiction(string name) => new(File.Source.Name, $"the tensors of {name} do not fit each other");

    public void Dispose() => Return(_blocks);

    private static async Task<SafetensorsFile> LoadWholeAsync(IByteSource source, List<Block> blocks, CancellationToken cancellationToken)
    {
        var content = await ReadAsync(source, 0, source.Length, blocks, cancellationToken);
        return await SafetensorsFile.OpenAsync(new MemoryByteSource(source.Name, content), cancellationToken);
    }

    private static async Task<SafetensorsFile> LoadTensorsAsync(
        IByteSource source, List<Block> blocks, int mostBytes, CancellationToken cancellationToken)
    {
        var file = await SafetensorsFile.OpenAsync(source, cancellationToken);
        var (first, end) = (0L, 0L);
        foreach (var entry in file.Tensors.Values.OrderBy(entry => entry.Offset))
        {
            if (entry.Length > mostBytes)
            {
                throw TensorLayout.Error(source.Name, entry.Name, $"has {entry.Length} bytes; tensors of at most {mostBytes} are merged");
            }

            if (entry.Offset + entry.Length - first > mostBytes)
            {
                await ReadAsync(source, first, end, blocks, cancellationToken);
                first = entry.Offset;
            }

            end = entry.Offset + entry.Length;
        }

        await ReadAsync(source, first, end, blocks, cancellationToken);
        return file;
    }

    private static async Task<Memory<byte>> ReadAsync(
        IByteSource source, long first, long end, List<Block> blocks, CancellationToken cancellationToken)
    {
        var block = new Block(first, new NativeBytes((int)(end - first)));
        blocks.Add(block);
        await source.ReadAsync(first, block.Content.Memory, cancellationToken);
        return block.Content.Memory;
    }

    private static void Return(List<Block> blocks) => blocks.ForEach(block => ((IDisposable)block.Content).Dispose());

    private LoadedColumn ColumnOf(TensorEntry entry)
    {
        var block = _blocks.FindLast(one => one.First <= entry.Offset)!;
        return new LoadedColumn(block.Content.Memory.Slice((int)(entry.Offset - block.First), (int)entry.Length), entry.Dtype);
    }

    /// <summary>Bytes of the file, from one on.</summary>
    private sealed record Block(long First, NativeBytes Content);
}
