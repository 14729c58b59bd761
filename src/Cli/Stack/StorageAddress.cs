namespace AeServerless.Cli.Stack;

/// <summary>
/// A storage account as commands take it (a connection string, or the URI of its blob service for an identity) and as the app's settings
/// have it.
/// </summary>
internal static class StorageAddress
{
    private const string Setting = "AzureWebJobsStorage";
    private const string BlobHost = ".blob.";

    /// <summary>Sets the app's settings for it.</summary>
    /// <exception cref="CliException">It is neither.</exception>
    public static void Apply(string storage, IDictionary<string, string?> environment)
    {
        if (!Uri.TryCreate(storage, UriKind.Absolute, out var blobs) || !blobs.Scheme.StartsWith("http", StringComparison.Ordinal))
        {
            environment[Setting] = storage.Contains('=', StringComparison.Ordinal)
                ? storage
                : throw new CliException(
                    "--storage: must be a storage connection string, or the address of a blob service such as "
                        + "https://account.blob.core.windows.net.");
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
}
