namespace AeServerless.Functions.Blobs;

/// <summary>
/// Storage did not do what was asked, for a reason that may pass. The message names the blob and storage's answer, and nothing secret.
/// </summary>
/// <param name="path">The blob, container first.</param>
/// <param name="answer">Status and error code.</param>
public sealed class StorageException(string path, string answer) : Exception($"{path}: storage answered {answer}");
