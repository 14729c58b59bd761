using AeServerless.Engine;
using AeServerless.Engine.IO;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace AeServerless.Functions.Blobs;

/// <summary>
/// Reads ranges of a blob in one version, or of a part of it. Each read asks storage for exactly its bytes; large reads are split evenly
/// and fetched side by side.
/// </summary>
public sealed class BlobByteSource : IByteSource
{
    /// <summary>
    /// The fewest bytes of a request of a split read. Storage serves these well; up to 4 MiB Azurite reads twice, for an MD5.
    /// </summary>
    private const int RangeBytes = 5 << 20;

    /// <summary>Requests of a read under way at a time: more than this gained nothing against one storage node.</summary>
    private const int Parallelism = 4;

    /// <summary>
    /// What is taken of an answer at a time. Into memory that is no byte array, as rows of floats are not, a stream of the SDK reads by way
    /// of an array of .NET's shared pool as long as all that is asked for, and that pool keeps megabytes of them for each thread that ever
    /// returned one.
    /// </summary>
    private const int BlockBytes = 1 << 20;

    /// <summary>Answers that a read may take where some are short.</summary>
    private const int MostAnswers = 5;

    private readonly BlobClient _client;
    private readonly InputBlob _blob;
    private readonly long _start;

    /// <summary>Reads <paramref name="blob"/> through <paramref name="client"/>.</summary>
    public BlobByteSource(BlobClient client, InputBlob blob)
        : this(client, blob, blob.Path, 0, blob.Length)
    {
    }

    /// <summary>Reads a file that is a part of a blob.</summary>
    /// <param name="client">Reaches the blob.</param>
    /// <param name="blob">The blob.</param>
    /// <param name="name">What errors call the file.</param>
    /// <param name="start">Where it begins in the blob.</param>
    /// <param name="length">Its bytes.</param>
    public BlobByteSource(BlobClient client, InputBlob blob, string name, long start, long length)
    {
        _client = client;
        _blob = blob;
        _start = start;
        Name = name;
        Length = length;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public long Length { get; }

    /// <inheritdoc/>
    /// <exception cref="InvalidInputException">The range is not in the blob, or the blob has changed or is gone.</exception>
    public async ValueTask ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        if (offset < 0 || offset + destination.Length > Length)
        {
            throw new InvalidInputException(
                Name, $"is truncated: bytes {offset} to {offset + destination.Length} are needed, and it has {Length}");
        }

        var ranges = Math.Max(1, destination.Length / RangeBytes);
        if (ranges == 1)
        {
            await FetchAsync(_start + offset, destination, cancellationToken);
            return;
        }

        var options = new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, ranges, options, (range, token) =>
        {
            var (start, end) = (At(range), At(range + 1));
            return FetchAsync(_start + offset + start, destination[start..end], token);
        });

        int At(int range) => (int)((long)destination.Length * range / ranges);
    }

    /// <summary>Asks again for what an answer lacks: a read among hundreds of a step must not make all of them begin anew.</summary>
    private async ValueTask FetchAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        if (destination.IsEmpty)
        {
            return;
        }

        using var span = Telemetry.Source.StartActivity("download");
        span?.SetTag("blob", Name).SetTag("bytes", destination.Length);
        var received = 0;
        for (var answers = 1; received < destination.Length; answers++)
        {
            var count = await ReceiveAsync(offset + received, destination[received..], cancellationToken);
            received += count;
            if (received < destination.Length && (count == 0 || answers == MostAnswers))
            {
                throw new StorageException(Name, $"{received} of the {destination.Length} bytes asked for at {offset}");
            }
        }

        Telemetry.DownloadedBytes.Add(received);
    }

    /// <summary>One request, and how many bytes came of it.</summary>
    private async ValueTask<int> ReceiveAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        var received = 0;
        var block = LargeArrays<byte>.Pool.Rent(Math.Min(BlockBytes, destination.Length));
        try
        {
            var options = new BlobDownloadOptions
            {
                Range = new HttpRange(offset, destination.Length),
                Conditions = _blob.ETag.Length > 0 ? new BlobRequestConditions { IfMatch = new ETag(_blob.ETag) } : null,
            };
            using var response = (await _client.DownloadStreamingAsync(options, cancellationToken)).Value;
            for (int count; received < destination.Length; received += count)
            {
                var wanted = Math.Min(block.Length, destination.Length - received);
                count = await response.Content.ReadAsync(block.AsMemory(0, wanted), cancellationToken);
                if (count == 0)
                {
                    break;
                }

                block.AsMemory(0, count).CopyTo(destination[received..]);
            }
        }
        catch (RequestFailedException error) when (StorageErrors.IsOfRewritten(_blob, error))
        {
            // The rest is asked for anew, of whatever version there is: the bytes are the same.
        }
        catch (RequestFailedException error)
        {
            throw StorageErrors.OfPlannedRead(_blob, error);
        }
        catch (Exception error) when (IsBrokenOff(error) && !cancellationToken.IsCancellationRequested)
        {
            // The body broke off again each time that its rest was asked for.
            throw new StorageException(Name, $"part of the {destination.Length} bytes asked for at {offset}");
        }
        finally
        {
            LargeArrays<byte>.Pool.Return(block);
        }

        return received;
    }

    private static bool IsBrokenOff(Exception error) => error is IOException or AggregateException or OperationCanceledException;
}
