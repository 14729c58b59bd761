using AeServerless.EmbeddedHost.Orchestrations;
using AeServerless.EmbeddedHost.Orchestrations.History;
using Azure.Data.Tables;

namespace AeServerless.EmbeddedHost.Storage;

/// <summary>A page of history as a table row: in binary columns of 64 KB, or in a blob when it is more than a row can hold.</summary>
internal static class PageRow
{
    public const string Commit = "Commit";
    private const string Blob = "DataBlob";
    private const int ColumnBytes = 64 * 1024;
    private const int Columns = 8;

    public static string Key(string executionId, int page) => $"page-{executionId}-{page:D8}";

    public static bool IsOf(string rowKey, string executionId) => rowKey.StartsWith($"page-{executionId}-", StringComparison.Ordinal);

    public static async Task<TableEntity> WriteAsync(
        InstanceState state, HistoryPage page, string commit, PayloadBlobs blobs, CancellationToken cancellationToken)
    {
        var row = new TableEntity(InstanceIds.ToKey(state.InstanceId), Key(state.ExecutionId, state.Pages - 1)) { [Commit] = commit };
        var bytes = HistoryJson.Write(page);
        if (bytes.Length > Columns * ColumnBytes)
        {
            row[Blob] = await blobs.WriteAsync(state, $"page-{state.Pages - 1:D8}-{commit}", bytes, cancellationToken);
            return row;
        }

        for (var column = 0; column * ColumnBytes < bytes.Length; column++)
            row[Column(column)] = bytes[(column * ColumnBytes)..Math.Min(bytes.Length, (column + 1) * ColumnBytes)];
        return row;
    }

    public static async Task<HistoryPage> ReadAsync(TableEntity row, PayloadBlobs blobs, CancellationToken cancellationToken)
    {
        if (row.GetString(Blob) is { } blob)
            return HistoryJson.Read(await blobs.ReadBytesAsync(blob, cancellationToken));

        using var bytes = new MemoryStream();
        for (var column = 0; row.GetBinary(Column(column)) is { } part; column++)
            bytes.Write(part);
        return HistoryJson.Read(bytes.ToArray());
    }

    private static string Column(int column) => $"Data{column}";
}
