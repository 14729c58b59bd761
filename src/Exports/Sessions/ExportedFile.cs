namespace AeServerless.Exports.Sessions;

/// <summary>A file that an export wrote.</summary>
/// <param name="Name">Relative to the export, with <c>/</c> between folders.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Sha256">SHA-256 of the bytes, lower-case hexadecimal.</param>
public sealed record ExportedFile(string Name, long Length, string Sha256);
