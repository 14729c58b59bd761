using System.Runtime.CompilerServices;
using AeServerless.Capture.Tokenization;
using AeServerless.Engine;
using ParquetSharp;

namespace AeServerless.Cli.Tokenize;

/// <summary>Documents in a column of a Parquet file, one a row. A row without text is passed over.</summary>
internal static class ParquetDocuments
{
    private const int BlockRows = 1024;

    public static async IAsyncEnumerable<DocumentPart> ReadAsync(
        string path, string column, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reader = Open(path);
        var index = Find(reader, path, column);
        var block = new string?[BlockRows];
        for (var group = 0; group < reader.FileMetaData.NumRowGroups; group++)
        {
            using var rows = reader.RowGroup(group);
            using var texts = Column(rows, index, path, column);
            while (texts.HasNext)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var count = texts.ReadBatch(block);
                foreach (var text in block.Take(count).OfType<string>())
                {
                    yield return new DocumentPart(text, IsFirst: true, IsLast: true);
                }
            }
        }

        await Task.CompletedTask;
    }

    private static ParquetFileReader Open(string path)
    {
        try
        {
            return new ParquetFileReader(path);
        }
        catch (ParquetException e)
        {
            throw new InvalidInputException(path, $"is not a Parquet file: {e.Message}");
        }
    }

    private static int Find(ParquetFileReader reader, string path, string column)
    {
        var schema = reader.FileMetaData.Schema;
        var names = Enumerable.Range(0, schema.NumColumns).Select(index => schema.Column(index).Path.ToDotString()).ToList();
        return names.IndexOf(column) is >= 0 and var found
            ? found
            : throw new InvalidInputException($"{path}, column '{column}'", $"is missing; columns are {string.Join(", ", names)}");
    }

    private static LogicalColumnReader<string?> Column(RowGroupReader rows, int index, string path, string column)
    {
        try
        {
            return rows.Column(index).LogicalReader<string?>();
        }
        catch (InvalidCastException)
        {
            throw new InvalidInputException($"{path}, column '{column}'", "has no texts");
        }
    }
}
