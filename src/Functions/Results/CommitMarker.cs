namespace AeServerless.Functions.Results;

/// <summary>
/// The last file of a stored result, <c>chunk.json</c> or <c>merge.json</c>: the result exists with it and does not without.
/// </summary>
/// <param name="Key">The result's key.</param>
/// <param name="Files">Its files, by name.</param>
public sealed record CommitMarker(string Key, IReadOnlyList<ResultFile> Files)
{
    /// <summary>What a merge merged, in chunk order.</summary>
    public IReadOnlyList<ResultAddress>? Parts { get; init; }
}
