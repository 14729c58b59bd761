using System.Runtime.CompilerServices;
using System.Text.Json;
using AeServerless.Engine.IO;
using AeServerless.Functions.Blobs;
using AeServerless.Functions.Settings;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace AeServerless.Functions.Results;

/// <summary>The container of results: chunks, merges and runs. Names are relative to it.</summary>
public sealed class ResultStore(BlobServiceClient service, AppSettings settings)
{
    private readonly BlobContainerClient _container = service.GetBlobContainerClient(settings.Containers.Results);

    /// <summary>Makes the container where it does not exist. Asked of storage each time: whoever removes it does not tell.</summary>
    public async Task EnsureCreatedAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        }
        catch (RequestFailedException error)
        {
            throw StorageErrors.Of(_container.Name, error);
        }
    }

    /// <summary>Writes files for users under a prefix.</summary>
    public BlobResultSink Sink(string prefix) => new(_container, prefix);

    /// <summary>Begins a blob. It appears, whole, when the stream is completed, and never with blocks of another stream.</summary>
    public ResultStream Create(string name, CancellationToken cancellationToken) =>
        new BlobUploadStream(_container.GetBlockBlobClient(BlobPath.Validate(name)), cancellationToken, Guid.NewGuid());

    /// <summary>Takes the lease of a blob that is there for that alone; waits while another process has it.</summary>
    internal Task<WriteLease> LeaseAsync(string name, CancellationToken cancellationToken) =>
        WriteLease.TakeAsync(Client(name), cancellationToken);

    /// <summary>Reads ranges of a blob whose length is known.</summary>
    public IByteSource OpenSource(string name, long length) =>
        new BlobByteSource(Client(name), new InputBlob(Path(name), ETag: "", length, ContentHash: null));

    /// <summary>Writes the files of a result that is going to be committed.</summary>
    public PackedResultSink Pack(ResultAddress part, CancellationToken cancellationToken) =>
        new(_container.GetBlockBlobClient(BlobPath.Validate(part.Data())), cancellationToken);

    /// <summary>Reads the files of a committed result.</summary>
    public PackedResultSource Unpack(ResultAddress part, IReadOnlyList<ResultFile> files, Memory<byte> memory) =>
        new(Client(part.Data()), files, memory);

    /// <summary>The time by storage's clock, which is the one that blobs' times are by.</summary>
    public async Task<DateTimeOffset> ReadClockAsync(CancellationToken cancellationToken)
    {
        try
        {
            var response = await _container.ExistsAsync(cancellationToken);
            return response.GetRawResponse().Headers.Date ?? throw new StorageException(_container.Name, "without a time");
        }
        catch (RequestFailedException error)
        {
            throw StorageErrors.Of(_container.Name, error);
        }
    }

    /// <summary>Whether a blob exists.</summary>
    public async Task<bool> ExistsAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await Client(name).ExistsAsync(cancellationToken);
        }
        catch (RequestFailedException error)
        {
            throw StorageErrors.Of(Path(name), error);
        }
    }

    /// <summary>Gives a blob a new version and time without changing its content.</summary>
    /// <returns>Whether it exists.</returns>
    public async Task<bool> TouchAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            await Client(name).SetMetadataAsync(new Dictionary<string, string>(), cancellationToken: cancellationToken);
            return true;
        }
        catch (RequestFailedException error) when (StorageErrors.IsMissing(error))
        {
            return false;
        }
        catch (RequestFailedException error)
        {
            throw StorageErrors.Of(Path(name), error);
        }
    }

    /// <summary>Writes a small JSON document, over an earlier one.</summary>
    public Task WriteJsonAsync<T>(string name, T value, CancellationToken cancellationToken) =>
        UploadAsync(name, JsonSerializer.SerializeToUtf8Bytes(value, ResultJson.Options), conditions: null, cancellationToken);

    /// <summary>Creates a small JSON document; an existing one is left as it is.</summary>
    /// <returns>Whether it was created.</returns>
    public Task<bool> CreateJsonAsync<T>(string name, T value, CancellationToken cancellationToken)
    {
        var absent = new BlobRequestConditions { IfNoneMatch = ETag.All };
        return UploadAsync(name, JsonSerializer.SerializeToUtf8Bytes(value, ResultJson.Options), absent, cancellationToken);
    }

    /// <summary>Reads a JSON document, or <see langword="null"/> where there is none.</summary>
    public async Task<T?> ReadJsonAsync<T>(string name, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            var response = await Client(name).DownloadContentAsync(cancellationToken);
            return JsonSerializer.Deserialize<T>(response.Value.Content.ToMemory().Span, ResultJson.Options);
        }
        catch (RequestFailedException error) when (StorageErrors.IsMissing(error))
        {
            return null;
        }
        catch (RequestFailedException error)
        {
            throw StorageErrors.Of(Path(name), error);
        }
        catch (JsonException error)
        {
            throw new StorageException(
                Path(name), $"what can't be read as a document (line {error.LineNumber}, byte {error.BytePositionInLine})");
        }
    }

    /// <summary>The blobs under a prefix, in the order of their names.</summary>
    public async IAsyncEnumerable<ResultBlob> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var options = new GetBlobsOptions { Prefix = prefix };
        await foreach (var blob in _container.GetBlobsAsync(options, cancellationToken).Existing(Path(prefix)))
        {
            yield return new ResultBlob(
                blob.Name, blob.Properties.ContentLength ?? 0, blob.Properties.LastModified ?? default, $"{blob.Properties.ETag}");
        }
    }

    /// <summary>Names of the folders under a prefix that ends with a slash.</summary>
    public async IAsyncEnumerable<string> ListFoldersAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var options = new GetBlobsByHierarchyOptions { Prefix = prefix, Delimiter = "/" };
        await foreach (var item in _container.GetBlobsByHierarchyAsync(options, cancellationToken).Existing(Path(prefix)))
        {
            if (item.IsPrefix)
            {
                yield return item.Prefix[prefix.Length..].TrimEnd('/');
            }
        }
    }

    /// <summary>Removes a blob, in one version where that is given.</summary>
    /// <returns><see langword="false"/> where the blob exists in another version and was left alone.</returns>
    public async Task<bool> DeleteAsync(string name, string? eTag, CancellationToken cancellationToken)
    {
        var version = eTag is null ? null : new BlobRequestConditions { IfMatch = new ETag(eTag) };
        try
        {
            await Client(name).DeleteIfExistsAsync(conditions: version, cancellationToken: cancellationToken);
            return true;
        }
        catch (RequestFailedException error) when (version is not null && StorageErrors.PreconditionFailed(error))
        {
            return false;
        }
        catch (RequestFailedException error)
        {
            throw StorageErrors.Of(Path(name), error);
        }
    }

    /// <summary>Opens a stored file for reading, or <see langword="null"/> where there is none.</summary>
    public async Task<ResultDownload?> OpenAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var client = Client(name);
            var properties = (await client.GetPropertiesAsync(cancellationToken: cancellationToken)).Value;
            var options = new BlobOpenReadOptions(allowModifications: false)
            {
                BufferSize = 4 << 20,
                Conditions = new BlobRequestConditions { IfMatch = properties.ETag },
            };
            var content = await client.OpenReadAsync(options, cancellationToken);
            return new ResultDownload(content, $"{properties.ETag:H}", properties.LastModified, ContentTypes.Of(name));
        }
        catch (RequestFailedException error) when (StorageErrors.IsMissing(error))
        {
            return null;
        }
        catch (RequestFailedException error)
        {
            throw StorageErrors.Of(Path(name), error);
        }
    }

    private async Task<bool> UploadAsync(
        string name, byte[] content, BlobRequestConditions? conditions, CancellationToken cancellationToken)
    {
        var headers = new BlobHttpHeaders { ContentType = ContentTypes.Of(name) };
        var options = new BlobUploadOptions { Conditions = conditions, HttpHeaders = headers };
        try
        {
            await Client(name).UploadAsync(BinaryData.FromBytes(content), options, cancellationToken);
            return true;
        }
        catch (RequestFailedException error) when (conditions is not null && StorageErrors.PreconditionFailed(error))
        {
            return false;
        }
        catch (RequestFailedException error)
        {
            throw StorageErrors.Of(Path(name), error);
        }
    }

    private BlobClient Client(string name) => _container.GetBlobClient(BlobPath.Validate(name));

    private string Path(string name) => $"{_container.Name}/{name}";
}
