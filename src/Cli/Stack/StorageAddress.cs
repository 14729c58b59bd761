using Azure.Storage.Blobs;

namespace AeServerless.Cli.Stack;

/// <summary>
/// A storage account as commands take it (a connection string, or the URI of its blob service for an identity) and as the app's settings
/// have it.
/// </summary>
internal static class StorageAddress
{
    private const string Setting = "AzureWebJobsStorage";
    private const string BlobHost = ".blob.";

    /// <summary>Refuses what is neither, without showing what may be secret in it.</summary>
    /// <param name="storage">What the user gave.</param>
    /// <param name="subject">Where: the variable or option.</param>
    /// <returns>It.</returns>
    /// <exception cref="CliException">It can't be used.</exception>
    public static string Check(string storage, string subject)
    {
        if (AsUri(storage) is not { } blobs)
        {
            try
            {
                _ = new BlobServiceClient(storage);
                return storage;
            }
            catch (Exception e) when (e is FormatException or ArgumentException or InvalidOperationException)
            {
                var isConnectionString = storage.Contains('=', StringComparison.Ordinal);
                throw new CliException(isConnectionString
                    ? $"{subject}: is not a whole connection string: a part is missing or malformed. Copy it anew from the account's "
                        + "access keys."
                    : $"{subject}: must be a storage connection string, or the address of a blob service such as "
                        + "https://account.blob.core.windows.net.");
            }
        }

        if (blobs.Query.Length > 0)
        {
            throw new CliException(
                $"{subject}: is an address with a signature; write it as connection string, "
                    + "BlobEndpoint=ADDRESS;QueueEndpoint=ADDRESS;SharedAccessSignature=SIGNATURE.");
        }

        return blobs.Scheme == Uri.UriSchemeHttps
            ? storage
            : throw new CliException(
                $"{subject}: {Show(storage)} is without https, which an identity needs; for an emulator give its connection string.");
    }

    /// <summary>The address of an account, without its key or signature.</summary>
    public static string Show(string storage)
    {
        if (AsUri(storage) is { } blobs)
        {
            return blobs.GetLeftPart(UriPartial.Path);
        }

        var part = storage.Split(';').FirstOrDefault(part => part.StartsWith("BlobEndpoint=", StringComparison.OrdinalIgnoreCase))
            ?? storage.Split(';').FirstOrDefault(part => part.StartsWith("AccountName=", StringComparison.OrdinalIgnoreCase));
        return part is null ? "an account without address" : part[(part.IndexOf('=', StringComparison.Ordinal) + 1)..].Split('?')[0];
    }

    /// <summary>Sets the app's settings for it.</summary>
    /// <exception cref="CliException">It is neither.</exception>
    public static void Apply(string storage, IDictionary<string, string?> environment)
    {
        if (AsUri(Check(storage, "--storage")) is not { } blobs)
        {
            environment[Setting] = storage;
            return;
        }

        if (!blobs.Host.Contains(BlobHost, StringComparison.Ordinal))
        {
            throw new CliException(
                $"--storage: {blobs} is not the address of a blob service, such as https://account.blob.core.windows.net.");
        }

        // Emptied, so that the connection string of local.settings.json does not go before it.
        environment[Setting] = "";
        foreach (var service in new[] { "blob", "queue", "table" })
        {
            environment[$"{Setting}__{service}ServiceUri"] = blobs.AbsoluteUri.Replace(BlobHost, $".{service}.", StringComparison.Ordinal);
        }
    }

    private static Uri? AsUri(string storage) => Uri.TryCreate(storage, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
        ? uri
        : null;
}
