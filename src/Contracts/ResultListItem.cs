namespace AeServerless.Contracts;

/// <summary>A file of a run's results.</summary>
/// <param name="Path">Its path under the run.</param>
/// <param name="Length">Bytes.</param>
public sealed record ResultListItem(string Path, long Length);
