namespace AeServerless.Functions.Storage;

/// <summary>A file of a result.</summary>
/// <param name="Name">Its name under the result's prefix.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Sha256">Hash of its content, in lower-case hexadecimal digits.</param>
public sealed record ResultFile(string Name, long Length, string Sha256);
