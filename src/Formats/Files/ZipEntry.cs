namespace AeServerless.Formats.Files;

/// <summary>A file in a zip archive, as the archive's directory describes it.</summary>
/// <param name="Name">Its name, with <c>/</c> between folders.</param>
/// <param name="Method">0 stored, 8 deflated.</param>
/// <param name="CompressedLength">Bytes in the archive.</param>
/// <param name="Length">Bytes when taken out.</param>
/// <param name="HeaderOffset">Where its own header lies in the archive.</param>
internal sealed record ZipEntry(string Name, int Method, long CompressedLength, long Length, long HeaderOffset);
