namespace AeServerless.LocalHost.Blobs;

/// <summary>What a function has seen of a blob.</summary>
/// <param name="ETag">The version of the blob.</param>
/// <param name="Attempts">How often the function was started for it.</param>
/// <param name="IsDone">Whether it succeeded, or was given up.</param>
internal sealed record BlobReceipt(string ETag, int Attempts, bool IsDone);
