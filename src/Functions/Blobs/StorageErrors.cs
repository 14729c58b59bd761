using AeServerless.Engine;
using Azure;

namespace AeServerless.Functions.Blobs;

/// <summary>
/// Turns storage's errors into the product's. Storage's own messages can quote signed request headers, so they are never passed on.
/// </summary>
internal static class StorageErrors
{
    public static bool IsMissing(RequestFailedException error) => error.Status == 404;

    /// <summary>
    /// Whether a condition did not hold: the blob exists, or has another version. Storage answers a conditional create with either status.
    /// </summary>
    public static bool PreconditionFailed(RequestFailedException error) => error.Status is 409 or 412;

    /// <summary>What reading a planned blob can go wrong with: it changed, or storage is in trouble.</summary>
    public static Exception OfPlannedRead(InputBlob blob, RequestFailedException error) => error.Status switch
    {
        // A blob that is gone fails the condition on its version too.
        404 or 412 => new InvalidInputException(
            blob.Path,
            $"has changed since the run was planned with version {blob.ETag}, or is gone. Start a run again: it takes what is there"),
        416 => new InvalidInputException(blob.Path, $"is shorter than the {blob.Length} bytes that the run was planned with"),
        _ => Of(blob.Path, error),
    };

    /// <summary>
    /// Whether a read met another version of a blob that is not planned with one, for its name has the hash of what it holds: another
    /// attempt wrote the same bytes again. Reading anew heals it.
    /// </summary>
    public static bool IsOfRewritten(InputBlob blob, RequestFailedException error) => error.Status == 412 && blob.ETag.Length == 0;

    public static Exception Of(string path, RequestFailedException error) => error.Status switch
    {
        0 => new StorageException(path, "nothing (no connection)"),

        // Trying again does not make room.
        507 => new InvalidInputException(
            path, "can't be stored: storage is full (507 InsufficientStorage). Make room and start the run again: what is stored is kept"),
        _ => new StorageException(path, $"{error.Status} {error.ErrorCode}".TrimEnd()),
    };
}
