using System.Runtime.CompilerServices;
using AeServerless.Engine;
using AeServerless.Engine.IO;
using AeServerless.Functions.Settings;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace AeServerless.Functions.Blobs;

/// <summary>
/// What users put into storage: datasets, models, autoencoders and recipes. Paths have the container first, by its default name, and none
/// leaves its container.
/// </summary>
public sealed class InputStore(BlobServiceClient service, AppSettings settings)
{
    /// <summary>Key of the metadata in which an upload says the SHA-256 of a blob's content.</summary>
    private const string Sha256Key = "sha256";

    /// <summary>The blob at <paramref name="path"/> in its present version, or <see langword="null"/> where there is none.</summary>
    /// <exception cref="InvalidInputException">The path is not one of a blob in a container of inputs.</exception>
    public async Task<InputBlob?> FindAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var properties = (await Client(path).GetPropertiesAsync(cancellationToken: cancellationToken)).Value;
            return Describe(path, properties.ETag, properties.ContentLength, properties.ContentHash, properties.Metadata);
        }
        catch (RequestFailedException error) when (StorageErrors.IsMissing(error))
        {
            return null;
        }
        catch (RequestFailedException error)
        {
            throw StorageErrors.Of(path, error);
        }
    }

    /// <summary>The blobs under a prefix, in the order of their names.</summary>
    /// <param name="prefix">A path, container first, that may end in the middle of a name.</param>
    /// <param name="cancellationToken">Cancels the listing.</param>
    public async IAsyncEnumerable<InputBlob> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (area, rest) = Split(prefix);
        var options = new GetBlobsOptions { Prefix = rest, Traits = BlobTraits.Metadata };
        await foreach (var blob in Container(area, prefix).GetBlobsAsync(options, cancellationToken).Existing(prefix))
        {
            var properties = blob.Properties;
            yield return Describe(
                $"{area}/{blob.Name}", properties.ETag ?? default, properties.ContentLength ?? 0, properties.ContentHash, blob.Metadata);
        }
    }

    /// <summary>Names of the folders at the top of a container: for <c>activations</c>, the datasets.</summary>
    public async IAsyncEnumerable<string> ListFoldersAsync(string area, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pages = Container(area, area).GetBlobsByHierarchyAsync(new GetBlobsByHierarchyOptions { Delimiter = "/" }, cancellationToken);
        await foreach (var item in pages.Existing(area))
        {
            if (item.IsPrefix)
            {
                yield return item.Prefix.TrimEnd('/');
            }
        }
    }

    /// <summary>Reads rows of a blob in the version it was planned with.</summary>
    public IByteSource Open(InputBlob blob)
    {
        return new BlobByteSource(Client(blob.Path), blob);
    }

    /// <summary>Reads a small blob whole, in the version it was planned with.</summary>
    /// <exception cref="InvalidInputException">It is larger than <paramref name="most"/> bytes, has changed or is gone.</exception>
    public async Task<byte[]> ReadAsync(InputBlob blob, int most, CancellationToken cancellationToken)
    {
        if (blob.Length > most)
        {
            throw new InvalidInputException(blob.Path, $"is {blob.Length} bytes; at most {most} are read");
        }

        var content = new byte[blob.Length];
        await Open(blob).ReadAsync(0, content, cancellationToken);
        return content;
    }

    private static InputBlob Describe(string path, ETag etag, long length, byte[]? hash, IDictionary<string, string>? metadata) =>
        new(path, etag.ToString(), length, hash is { Length: > 0 } ? Convert.ToBase64String(hash) : null)
        {
            Sha256 = metadata is not null && metadata.TryGetValue(Sha256Key, out var sha256) ? sha256 : null,
        };

    private static (string Area, string Name) Split(string path)
    {
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? (path, "") : (path[..slash], path[(slash + 1)..]);
    }

    private BlobClient Client(string path)
    {
        var (area, rest) = Split(path);
        return Container(area, path).GetBlobClient(BlobPath.Validate(rest));
    }

    private BlobContainerClient Container(string area, string path) => service.GetBlobContainerClient(area switch
    {
        "activations" => ContainerSettings.Activations,
        "models" => settings.Containers.Models,
        "autoencoders" => settings.Containers.Autoencoders,
        "recipes" => settings.Containers.Recipes,
        _ => throw new InvalidInputException(path, "must start with activations/, models/, autoencoders/ or recipes/"),
    });
}
