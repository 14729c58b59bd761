using AeServerless.Functions.Results;

namespace AeServerless.Functions.Cleanup;

/// <summary>A run's documents, as a listing shows them.</summary>
internal sealed class ListedRun(string runId)
{
    public string RunId { get; } = runId;

    public long Bytes { get; private set; }

    public DateTimeOffset LastModified { get; private set; }

    /// <summary>Whether the run is complete.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>Documents with the keys of its chunks.</summary>
    public List<string> Groups { get; } = [];

    public void Add(ResultBlob file)
    {
        Bytes += file.Length;
        LastModified = file.LastModified > LastModified ? file.LastModified : LastModified;
        IsFinished |= file.Name.EndsWith($"{RunId}/run.json", StringComparison.Ordinal);
        if (file.Name.Contains("/groups/", StringComparison.Ordinal) && !file.Name.EndsWith(".reused.json", StringComparison.Ordinal))
        {
            Groups.Add(file.Name);
        }
    }
}
