namespace AeServerless.Formats.Pickle;

/// <summary>A pickle goes on behind the bytes at hand.</summary>
internal sealed class PickleEndException : Exception;
