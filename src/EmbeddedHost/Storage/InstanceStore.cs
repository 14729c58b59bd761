using System.Runtime.CompilerServices;
using AeServerless.EmbeddedHost.DurableTask.Client;
using AeServerless.EmbeddedHost.Orchestrations;
using AeServerless.EmbeddedHost.Orchestrations.History;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;

namespace AeServerless.EmbeddedHost.Storage;

/// <summary>
/// Instances in one table: a partition an instance, with a row for its state and a row for each commit of its history. A commit is one
/// transaction over both, so that it is there whole or not at all; a page's name can be taken once, so that of two processes that both
/// think they own an instance only one goes on.
/// </summary>
internal sealed class InstanceStore(TableClient table, PayloadBlobs blobs, CommitGuard guard, TimeProvider time, ILogger<InstanceStore> logger)
{
    private const int LargestBatch = 100;

    /// <summary>Reads an instance's row.</summary>
    public async Task<StoredInstance?> ReadAsync(string instanceId, bool payloads, CancellationToken cancellationToken)
    {
        // Without payloads: only the columns of a summary and what a runner needs besides.
        var row = await table.GetEntityIfExistsAsync<TableEntity>(InstanceIds.ToKey(instanceId), InstanceRow.RowKey, cancellationToken: cancellationToken);
        return row.HasValue ? await ToInstanceAsync(row.Value!, payloads, [], cancellationToken) : null;
    }

    /// <summary>Reads an instance's row and, unless it has ended, its history.</summary>
    public async Task<StoredInstance?> LoadAsync(string instanceId, CancellationToken cancellationToken)
    {
        if (await ReadAsync(instanceId, payloads: false, cancellationToken) is not { } instance)
            return null;
        return instance.State.IsCompleted ? instance : instance with { Pages = await ReadPagesAsync(instance.State, cancellationToken) };
    }

    /// <summary>Reads the history of an instance's present execution.</summary>
    public async Task<IReadOnlyList<HistoryPage>> ReadPagesAsync(InstanceState state, CancellationToken cancellationToken)
    {
        var key = InstanceIds.ToKey(state.InstanceId);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {key} and RowKey ge {PageRow.Key(state.ExecutionId, 0)} and RowKey le {PageRow.Key(state.ExecutionId, state.Pages)}");
        var pages = new List<HistoryPage>(state.Pages);
        await foreach (var row in table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
            pages.Add(await PageRow.ReadAsync(row, blobs, cancellationToken));

        // One more than the row says: a commit came in between the two reads. Fewer: another execution did.
        return pages.Count >= state.Pages ? pages[..state.Pages] : throw new InstanceConflictException(state.InstanceId);
    }

    /// <summary>Reads an instance with payloads and history, whatever happens to it meanwhile.</summary>
    public async Task<StoredInstance?> ReadWithHistoryAsync(string instanceId, CancellationToken cancellationToken)
    {
        while (await ReadAsync(instanceId, payloads: true, cancellationToken) is { } instance)
        {
            try
            {
                return instance with { Pages = await ReadPagesAsync(instance.State, cancellationToken) };
            }
            catch (InstanceConflictException)
            {
                // Its execution was replaced: there is a newer row.
                await Task.Delay(StorageFaults.Delay(0), time, cancellationToken);
            }
        }

        return null;
    }

    /// <summary>Stores a page of history together with the state after it. Returns only when that is certain.</summary>
    /// <param name="state">The state after the page; its <see cref="InstanceState.Pages"/> counts it.</param>
    /// <param name="page">The page.</param>
    /// <param name="previous">The row's version before; null if there is no row yet.</param>
    /// <param name="whole">Whether the row is written whole: at the start of an execution.</param>
    /// <param name="cancellationToken">Gives up, with the commit perhaps made and perhaps not.</param>
    /// <returns>The row's version after.</returns>
    /// <exception cref="InstanceConflictException">Someone else has written to the instance.</exception>
    public async Task<ETag> CommitAsync(InstanceState state, HistoryPage page, ETag? previous, bool whole, CancellationToken cancellationToken)
    {
        var commit = Guid.NewGuid().ToString("N");
        for (var attempt = 0; ; attempt++)
        {
            guard.ThrowIfLost();
            try
            {
                var row = await WriteRowAsync(state, whole, cancellationToken);
                var pageRow = await PageRow.WriteAsync(state, page, commit, blobs, cancellationToken);
                TableTransactionAction instance = previous is { } version
                    ? new(whole ? TableTransactionActionType.UpdateReplace : TableTransactionActionType.UpdateMerge, row, version)
                    : new(TableTransactionActionType.Add, row);
                var responses = await table.SubmitTransactionAsync([instance, new(TableTransactionActionType.Add, pageRow)], cancellationToken);
                return responses.Value[0].Headers.ETag ?? throw new InvalidDataException("The table service returned no ETag.");
            }
            catch (RequestFailedException e) when (e.Status is 404 or 409 or 412)
            {
                // The first of two tries may have arrived although its answer did not.
                if (await FindCommitAsync(state, commit, cancellationToken) is { } version)
                    return version;
                if (e.Status == 404 && previous is null)
                    logger.StorageRetried(e, "commit", attempt + 1);
                else
                    throw new InstanceConflictException(state.InstanceId);
            }
            catch (Exception e) when (StorageFaults.IsStorage(e) && !cancellationToken.IsCancellationRequested)
            {
                logger.StorageRetried(e, "commit", attempt + 1);
            }

            await Task.Delay(StorageFaults.Delay(attempt), time, cancellationToken);
        }
    }

    /// <summary>Removes history of earlier executions. Best done soon, but nothing depends on it.</summary>
    public async Task DeleteOtherExecutionsAsync(InstanceState state, CancellationToken cancellationToken)
    {
        var key = InstanceIds.ToKey(state.InstanceId);
        await DeleteRowsAsync(key, row => row != InstanceRow.RowKey && !PageRow.IsOf(row, state.ExecutionId), cancellationToken);
        await blobs.DeleteAsync($"{key}/", name => !name.StartsWith($"{key}/{state.ExecutionId}/", StringComparison.Ordinal), cancellationToken);
    }

    /// <summary>Removes an instance: its history first, so that what is left after a crash can be purged again.</summary>
    public async Task PurgeAsync(string instanceId, CancellationToken cancellationToken)
    {
        guard.ThrowIfLost();
        var key = InstanceIds.ToKey(instanceId);
        await blobs.DeleteAsync($"{key}/", _ => true, cancellationToken);
        await DeleteRowsAsync(key, row => row != InstanceRow.RowKey, cancellationToken);
        await table.DeleteEntityAsync(key, InstanceRow.RowKey, cancellationToken: cancellationToken);
    }

    /// <summary>The ids of all instances that have not ended.</summary>
    public async IAsyncEnumerable<string> UnfinishedAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"RowKey eq {InstanceRow.RowKey} and Completed eq {false}");
        await foreach (var row in table.QueryAsync<TableEntity>(filter, select: ["InstanceId"], cancellationToken: cancellationToken))
            yield return row.GetString("InstanceId");
    }

    /// <summary>Queries instances by page, ordered by id.</summary>
    public async IAsyncEnumerable<(IReadOnlyList<InstanceState> Values, string? ContinuationToken)> QueryAsync(
        OrchestrationQuery query, string? continuationToken, int pageSize, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pages = table.QueryAsync<TableEntity>(
            InstanceFilter.Of(query), pageSize, query.FetchInputsAndOutputs ? null : InstanceRow.Summary, cancellationToken);
        await foreach (var page in pages.AsPages(continuationToken, pageSize).WithCancellation(cancellationToken))
        {
            var states = new List<InstanceState>(page.Values.Count);
            foreach (var row in page.Values)
                states.Add((await ToInstanceAsync(row, query.FetchInputsAndOutputs, [], cancellationToken)).State);
            yield return (states, page.ContinuationToken);
        }
    }

    private async Task<ETag?> FindCommitAsync(InstanceState state, string commit, CancellationToken cancellationToken)
    {
        var key = InstanceIds.ToKey(state.InstanceId);
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                var page = await table.GetEntityIfExistsAsync<TableEntity>(key, PageRow.Key(state.ExecutionId, state.Pages - 1), [PageRow.Commit], cancellationToken);
                if (!page.HasValue || page.Value!.GetString(PageRow.Commit) != commit)
                    return null;
                var row = await table.GetEntityAsync<TableEntity>(key, InstanceRow.RowKey, ["Pages"], cancellationToken);
                return row.Value.ETag;
            }
            catch (Exception e) when (StorageFaults.IsStorage(e) && !cancellationToken.IsCancellationRequested)
            {
                logger.StorageRetried(e, "commit", attempt + 1);
                await Task.Delay(StorageFaults.Delay(attempt), time, cancellationToken);
            }
        }
    }

    private async Task<TableEntity> WriteRowAsync(InstanceState state, bool whole, CancellationToken cancellationToken)
    {
        var row = InstanceRow.Write(state, whole);
        foreach (var column in InstanceRow.Payloads)
        {
            if (InstanceRow.Payload(state, column) is not { } payload)
                continue;
            if (payload.Length <= PayloadBlobs.LongestInline)
                row[column] = payload;
            else
                row[column + "Blob"] = await blobs.WriteAsync(state, column, payload, cancellationToken);
        }

        return row;
    }

    private async Task<StoredInstance> ToInstanceAsync(TableEntity row, bool payloads, IReadOnlyList<HistoryPage> pages, CancellationToken cancellationToken)
    {
        var spilled = new Dictionary<string, string>();
        if (payloads)
        {
            foreach (var column in InstanceRow.Payloads)
            {
                if (row.GetString(column + "Blob") is { } blob)
                    spilled[column] = await blobs.ReadAsync(blob, cancellationToken);
            }
        }

        var state = InstanceRow.Read(row, column => payloads ? spilled.GetValueOrDefault(column) ?? row.GetString(column) : null);
        return new(state, row.ETag, pages);
    }

    private async Task DeleteRowsAsync(string key, Func<string, bool> isDeleted, CancellationToken cancellationToken)
    {
        var rows = table.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {key}"), select: ["PartitionKey", "RowKey"], cancellationToken: cancellationToken);
        var batch = new List<TableTransactionAction>(LargestBatch);
        await foreach (var row in rows)
        {
            if (!isDeleted(row.RowKey))
                continue;
            batch.Add(new(TableTransactionActionType.Delete, new TableEntity(key, row.RowKey), ETag.All));
            if (batch.Count == LargestBatch)
                await FlushAsync();
        }

        if (batch.Count > 0)
            await FlushAsync();

        async Task FlushAsync()
        {
            await table.SubmitTransactionAsync(batch, cancellationToken);
            batch.Clear();
        }
    }
}
