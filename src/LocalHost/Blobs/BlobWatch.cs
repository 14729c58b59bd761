using System.Collections.Concurrent;
using AeServerless.LocalHost.Functions;
using AeServerless.LocalHost.Storage;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.Logging;

namespace AeServerless.LocalHost.Blobs;

/// <summary>Watches one container for one function, by listing it.</summary>
internal sealed class BlobWatch(
    FunctionDescriptor function,
    BlobPattern pattern,
    BlobContainerClient container,
    FunctionRunner runner,
    BlobReceipts receipts,
    PoisonMessages poison,
    TimeSpan interval,
    TimeProvider time,
    ILogger logger)
{
    private const int MaxAttempts = 5;
    private const int BlobsAtOnce = 4;

    private readonly ConcurrentDictionary<string, BlobReceipt> _seen = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _retryAt = new(StringComparer.Ordinal);

    /// <summary>Polls until told to stop.</summary>
    /// <param name="polling">Ends polling; functions that run go on.</param>
    /// <param name="running">Asks functions that run to end.</param>
    public async Task RunAsync(CancellationToken polling, CancellationToken running)
    {
        var isLoaded = false;
        for (var failures = 0; !polling.IsCancellationRequested;)
        {
            var pause = interval;
            try
            {
                if (!isLoaded)
                {
                    foreach (var (blob, receipt) in await receipts.ReadAllAsync(function.Name, pattern.Container, polling))
                    {
                        _seen[blob] = receipt;
                    }

                    isLoaded = true;
                }

                await Parallel.ForEachAsync(
                    ListAsync(polling),
                    new ParallelOptions { MaxDegreeOfParallelism = BlobsAtOnce, CancellationToken = polling },
                    async (blob, _) => await HandleAsync(blob, running));
                failures = 0;
            }
            catch (OperationCanceledException) when (polling.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                logger.BlobListingFailed(e, function.Name);
                pause = StorageFaults.Delay(failures++);
            }

            await Task.Delay(pause, time, polling).ContinueWith(static _ => { }, TaskScheduler.Default);
        }
    }

    private async IAsyncEnumerable<BlobItem> ListAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var blobs = container.GetBlobsAsync(new() { Prefix = pattern.Prefix }, cancellationToken).GetAsyncEnumerator(
            cancellationToken);
        while (true)
        {
            try
            {
                if (!await blobs.MoveNextAsync())
                {
                    yield break;
                }
            }
            catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
            {
                // Whoever uploads first makes it.
                yield break;
            }

            var etag = blobs.Current.Properties.ETag?.ToString() ?? "";
            if (!IsDone(blobs.Current.Name, etag) && pattern.Match(blobs.Current.Name) is not null)
            {
                yield return blobs.Current;
            }
        }
    }

    private bool IsDone(string blob, string etag) =>
        _seen.TryGetValue(blob, out var receipt) && receipt.ETag == etag
        && (receipt.IsDone || (_retryAt.TryGetValue(blob, out var retryAt) && time.GetTimestamp() < retryAt));

    private async Task HandleAsync(BlobItem item, CancellationToken running)
    {
        var etag = item.Properties.ETag ?? default;
        var attempts = _seen.TryGetValue(item.Name, out var seen) && seen.ETag == etag.ToString() ? seen.Attempts : 0;
        if (attempts >= MaxAttempts)
        {
            await GiveUpAsync(item, etag, running);
            return;
        }

        // Stored first: an attempt that takes the process with it counts too.
        await SaveAsync(item.Name, new(etag.ToString(), ++attempts, false), running);
        logger.BlobFunctionRuns(function.Name, pattern.Container, item.Name, attempts);
        if (!await TryRunAsync(item, etag, attempts, running))
        {
            if (attempts >= MaxAttempts)
            {
                await GiveUpAsync(item, etag, running);
            }

            return;
        }

        _retryAt.TryRemove(item.Name, out _);
        await SaveAsync(item.Name, new(etag.ToString(), attempts, true), running);
    }

    private async Task<bool> TryRunAsync(BlobItem item, ETag etag, int attempt, CancellationToken running)
    {
        try
        {
            if (await ReadAsync(item, etag, running) is not { } content)
            {
                // Gone or replaced since it was listed: the next listing has what is there now.
                await SaveAsync(item.Name, new(etag.ToString(), attempt - 1, false), CancellationToken.None);
                return false;
            }

            var names = pattern.Match(item.Name)!;
            await using var stream = content as Stream;
            await runner.RunAsync(
                function,
                parameter => parameter == function.TriggerParameter ? content : names.GetValueOrDefault(parameter.Name!),
                default,
                null,
                running);
            return true;
        }
        catch (OperationCanceledException) when (running.IsCancellationRequested)
        {
            // Handed back: the attempt does not count.
            await SaveAsync(item.Name, new(etag.ToString(), attempt - 1, false), CancellationToken.None);
            throw;
        }
        catch (Exception e)
        {
            logger.BlobFunctionFailed(e, function.Name, pattern.Container, item.Name, attempt, MaxAttempts);
            var delay = interval * Math.Pow(2, attempt - 1);
            _retryAt[item.Name] = time.GetTimestamp() + (long)(delay.TotalSeconds * time.TimestampFrequency);
            return false;
        }
    }

    private async Task<object?> ReadAsync(BlobItem item, ETag etag, CancellationToken cancellationToken)
    {
        try
        {
            return await BlobBinding.ReadAsync(function.TriggerParameter, container.GetBlobClient(item.Name), etag, cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            return null;
        }
    }

    private async Task GiveUpAsync(BlobItem item, ETag etag, CancellationToken running)
    {
        // The message first: after a crash in between there are two rather than none.
        await poison.SendAsync(function.Name, pattern.Container, item.Name, etag.ToString(), CancellationToken.None);
        await SaveAsync(item.Name, new(etag.ToString(), MaxAttempts, true), running);
        _retryAt.TryRemove(item.Name, out _);
        logger.BlobPoisoned(function.Name, pattern.Container, item.Name, PoisonMessages.QueueName);
    }

    private async Task SaveAsync(string blob, BlobReceipt receipt, CancellationToken running)
    {
        // Insisted on: a run whose receipt is missing would be repeated, and be counted as one that failed.
        await StorageFaults.RetryAsync(
            () => receipts.WriteAsync(
                function.Name, pattern.Container, blob, receipt, CancellationToken.None), "write a blob receipt", time, logger, running);
        _seen[blob] = receipt;
    }
}
