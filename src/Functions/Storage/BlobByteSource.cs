using AeServerless.Engine;
using AeServerless.Engine.IO;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace AeServerless.Functions.Storage;

/// <summary>
/// Reads ranges of a blob in one version. Reads of a few rows go through whole blocks, the next of which is fetched ahead, so that the rows
/// of a following tile are on their way while this one is computed; large reads are split and go past the blocks.
/// </summary>
public sealed class BlobByteSource : IByteSource
{
    private const int RangeBytes = ReadAheadBlocks.BlockBytes;

    private readonly BlobClient _client;
    private readonly InputBlob _blob;
    private readonly ReadAheadBlocks _blocks;

    /// <summary>Reads <paramref name="blob"/> through <paramref name="client"/>.</summary>
    public BlobByteSource(BlobClient client, InputBlob blob)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(blob);
        (_client, _blob) = (client, blob);
        _blocks = new ReadAheadBlocks(blob.Length, FetchAsync);
    }

    /// <inheritdoc/>
    public string Name => _blob.Path;

    /// <inheritdoc/>
    public long Length => _blob.Length;

    /// <inheritdoc/>
    /// <exception cref="InvalidInputException">The range is not in the blob, or the blob has changed or is gone.</exception>
    public async ValueTask ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        if (offset < 0 || offset + destination.Length > Length)
        {
            throw new InvalidInputException(Name, $"is truncated: bytes {offset} to {offset + destination.Length} are needed, and it has {Length}");
        }

        if (destination.Length < RangeBytes)
        {
            await _blocks.ReadAsync(offset, destination, cancellationToken);
            return;
        }

        var ranges = Enumerable.Range(0, (destination.Length + RangeBytes - 1) / RangeBytes);
        var options = new ParallelOptions { MaxDegreeOfParallelism = ReadAheadBlocks.Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(ranges, options, (range, token) =>
        {
            var start = range * RangeBytes;
            return FetchAsync(offset + start, destination[start..Math.Min(start + RangeBytes, destination.Length)], token);
        });
    }

    private async ValueTask FetchAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        if (destination.IsEmpty)
        {
            return;
        }

        using var span = Telemetry.Source.StartActivity("download");
        span?.SetTag("blob", Name).SetTag("bytes", destination.Length);
        try
        {
            var options = new BlobDownloadOptions
            {
                Range = new HttpRange(offset, destination.Length),
                Conditions = _blob.ETag.Length > 0 ? new BlobRequestConditions { IfMatch = new ETag(_blob.ETag) } : null,
            };
            using var response = (await _client.DownloadStreamingAsync(options, cancellationToken)).Value;
            await response.Content.ReadExactlyAsync(destination, cancellationToken);
            Telemetry.DownloadedBytes.Add(destination.Length);
        }
        catch (RequestFailedException error)
        {
            throw StorageErrors.OfPlannedRead(_blob, error);
        }
        catch (EndOfStreamException)
        {
            throw new StorageException(Name, $"fewer bytes than the {destination.Length} asked for at {offset}");
        }
        catch (Exception error) when (error is IOException or AggregateException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            // The body broke off again each time that its rest was asked for.
            throw new StorageException(Name, $"part of the {destination.Length} bytes asked for at {offset}");
        }
    }
}
