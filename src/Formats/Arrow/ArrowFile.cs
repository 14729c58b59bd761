using System.Buffers.Binary;
using AeServerless.Engine;
using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;
using AeServerless.Formats.Tensors;

namespace AeServerless.Formats.Arrow;

/// <summary>
/// A file of Arrow's record batches, in its stream format (such as Hugging Face's <c>datasets</c> saves) or its file format (Feather).
/// Columns of numbers and of regular lists of numbers stay where they are: a batch of many gigabytes is read by ranges. Apache.Arrow's
/// own reader holds a batch whole, and none of more than 2 GB.
/// </summary>
public sealed class ArrowFile
{
    // As Footer has them: a place, the length of metadata with padding, and the length of a body.
    private const int BlockBytes = 24;
    private const int TailBytes = sizeof(int) + 6;

    private readonly IByteSource _source;
    private readonly IReadOnlyList<ArrowField> _fields;
    private readonly IReadOnlyList<ArrowBatch> _batches;

    private ArrowFile(IByteSource source, IReadOnlyList<ArrowField> fields, IReadOnlyList<ArrowBatch> batches) =>
        (_source, _fields, _batches) = (source, fields, batches);

    private static ReadOnlySpan<byte> Magic => "ARROW1"u8;

    /// <summary>Names of the columns.</summary>
    public IReadOnlyList<string> Columns => [.. _fields.Select(column => column.Name)];

    /// <summary>Rows of all batches.</summary>
    public long Rows => _batches.Sum(batch => batch.Rows);

    /// <summary>Reads schema and places of all batches.</summary>
    /// <exception cref="InvalidInputException">The file is no Arrow file, is cut, damaged, big-endian or compressed.</exception>
    public static async Task<ArrowFile> OpenAsync(IByteSource source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        var start = new byte[Math.Min(source.Length, Magic.Length)];
        await source.ReadAsync(0, start, cancellationToken);
        return start.AsSpan().SequenceEqual(Magic)
            ? await OpenFileAsync(source, cancellationToken)
            : await OpenStreamAsync(source, cancellationToken);
    }

    /// <summary>
    /// Finds a column in every batch that has rows, as <c>[rows, …]</c> with a dimension for each list in lists. Its type may be an
    /// extension such as Array2D of Hugging Face's: what counts is how it is stored.
    /// </summary>
    /// <exception cref="InvalidInputException">
    /// There is no such column, it has nulls or no numbers, or its lists are not all of one length.
    /// </exception>
    public async Task<IReadOnlyList<StoredTensor>> ReadColumnAsync(string name, CancellationToken cancellationToken)
    {
        var column = -1;
        for (var i = 0; i < _fields.Count; i++)
        {
            if (_fields[i].Name == name)
            {
                column = column < 0 ? i : throw new InvalidInputException(_source.Name, $"has two columns '{name}'");
            }
        }

        if (column < 0)
        {
            throw new InvalidInputException(
                $"{_source.Name}, column '{name}'", $"is missing; the columns are {string.Join(", ", Columns)}");
        }

        var nodes = _fields.Take(column).Sum(field => field.Nodes);
        var buffers = 0;
        foreach (var field in _fields.Take(column))
        {
            buffers += field.Buffers ?? throw new InvalidInputException(
                $"{_source.Name}, column '{field.Name}'", $"is {field.Text}, behind which '{name}' can't be found; leave it out");
        }

        var reader = new ArrowColumn(_source, _fields[column], nodes, buffers);
        var tensors = new List<StoredTensor>();
        foreach (var batch in _batches.Where(batch => batch.Rows > 0))
        {
            tensors.Add(await reader.FindAsync(batch, cancellationToken));
        }

        return tensors;
    }

    /// <summary>The columns of floating-point numbers in lists, which activations can be.</summary>
    public IReadOnlyList<string> FloatLists() => [.. _fields.Where(IsFloatList).Select(field => field.Name)];

    private static bool IsFloatList(ArrowField field) =>
        field.Children is [var child] && (IsFloatList(child) || child.Dtype is TensorDtype.F16 or TensorDtype.F32 or TensorDtype.F64);

    private static async Task<ArrowFile> OpenStreamAsync(IByteSource source, CancellationToken cancellationToken)
    {
        IReadOnlyList<ArrowField>? fields = null;
        var batches = new List<ArrowBatch>();
        for (var at = 0L; await ArrowMessage.ReadAsync(source, at, cancellationToken) is { } message; at = message.End)
        {
            if (fields is null)
            {
                fields = message.Kind == ArrowMessage.Schema ? Fields(message.Header, source.Name) : throw new InvalidInputException(
                    source.Name, "is not an Arrow file: it does not begin with a schema");
            }
            else if (message.Kind == ArrowMessage.Batch)
            {
                batches.Add(ArrowBatch.Read(message.Header, message.Body, message.BodyLength, source.Name));
            }
        }

        return new ArrowFile(
            source, fields ?? throw new InvalidInputException(source.Name, "is an Arrow stream without a schema"), batches);
    }

    private static async Task<ArrowFile> OpenFileAsync(IByteSource source, CancellationToken cancellationToken)
    {
        var tail = new byte[TailBytes];
        if (source.Length < (2 * Magic.Length) + TailBytes)
        {
            throw Cut(source);
        }

        await source.ReadAsync(source.Length - TailBytes, tail, cancellationToken);
        var length = BinaryPrimitives.ReadInt32LittleEndian(tail);
        if (!tail.AsSpan(sizeof(int)).SequenceEqual(Magic) || length <= 0 || length > source.Length - TailBytes - Magic.Length)
        {
            throw Cut(source);
        }

        var bytes = new byte[length];
        await source.ReadAsync(source.Length - TailBytes - length, bytes, cancellationToken);
        var footer = new FlatBuffer(bytes, source.Name).Root;
        var fields = Fields(footer.Table(1) ?? throw footer.Buffer.Broken(), source.Name);
        var (start, count) = footer.Vector(3, BlockBytes);
        var batches = new List<ArrowBatch>();
        for (var i = 0; i < count; i++)
        {
            var message = await ArrowMessage.ReadAsync(source, footer.Buffer.Int64(start + (i * BlockBytes)), cancellationToken);
            batches.Add(message?.Kind == ArrowMessage.Batch
                ? ArrowBatch.Read(message.Header, message.Body, message.BodyLength, source.Name)
                : throw footer.Buffer.Broken());
        }

        return new ArrowFile(source, fields, batches);
    }

    private static IReadOnlyList<ArrowField> Fields(FlatTable schema, string subject) => schema.Int16(0) == 0
        ? ArrowField.ReadAll(schema)
        : throw new InvalidInputException(subject, "is big-endian, which is not read");

    private static InvalidInputException Cut(IByteSource source) => new(
        source.Name, "is truncated: it begins as an Arrow file and lacks the footer; what wrote it was cut, or the copy is not whole");
}
