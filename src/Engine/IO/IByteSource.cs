namespace AeServerless.Engine.IO;

/// <summary>A blob or file of known length that is read by ranges. Safe for concurrent reads.</summary>
public interface IByteSource
{
    /// <summary>The name that messages call it by.</summary>
    string Name { get; }

    /// <summary>Length in bytes.</summary>
    long Length { get; }

    /// <summary>Fills <paramref name="destination"/> with the bytes that start at <paramref name="offset"/>.</summary>
    /// <exception cref="InvalidInputException">The source ends before the destination is full.</exception>
    ValueTask ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken);
}
