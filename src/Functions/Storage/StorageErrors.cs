using AeServerless.Engine;
using Azure;

namespace AeServerless.Functions.Storage;

/// <summary>
/// Turns storage's errors into the product's. Storage's own messages can quote signed request headers, so they are never passed on.
/// </summary>
internal static class StorageErrors
{
    public static bool IsMissing(RequestFailedException error) => error.Status == 404;

    /// <summary>Whether a conditional create lost to an earlier one.</summary>
    public static bool AlreadyExists(RequestFailedException error) => error.Status is 409 or 412;

    /// <summary>What reading a planned blob can go wrong with: it changed, or storage is in trouble.</summary>
    public static Exception OfPlannedRead(InputBlob blob, RequestFailedException error) => error.Status switch
    {
        404 or 412 => new InvalidInputException(
            blob.Path, $"has changed or is gone since the run was planned with version {blob.ETag}. Start a run again: it takes what is there"),
        416 => new InvalidInputException(blob.Path, $"is shorter than the {blob.Length} bytes that the run was planned with"),
        _ => Of(blob.Path, error),
    };

    public static StorageException Of(string path, RequestFailedException error) =>
        new(path, error.Status == 0 ? "nothing (no connection)" : $"{error.Status} {error.ErrorCode}".TrimEnd());
}
