using AeServerless.Functions.Results;

namespace AeServerless.Functions.Cleanup;

/// <summary>A stored result of a chunk or merge, as a listing shows it.</summary>
/// <param name="prefix">The prefix of its files, without a slash at its end.</param>
internal sealed class ListedResult(string prefix)
{
    public string Prefix { get; } = prefix;

    public string Key => Prefix[(Prefix.LastIndexOf('/') + 1)..];

    public long Bytes { get; private set; }

    public DateTimeOffset LastUsed { get; private set; }

    /// <summary>Name of the commit marker, where there is one.</summary>
    public string? Marker { get; private set; }

    /// <summary>Version of the commit marker.</summary>
    public string? MarkerVersion { get; private set; }

    public void Add(ResultBlob file)
    {
        Bytes += file.Length;
        LastUsed = file.LastModified > LastUsed ? file.LastModified : LastUsed;
        if (file.Name.EndsWith("/chunk.json", StringComparison.Ordinal) || file.Name.EndsWith("/merge.json", StringComparison.Ordinal))
        {
            (Marker, MarkerVersion) = (file.Name, file.ETag);
        }
    }
}
