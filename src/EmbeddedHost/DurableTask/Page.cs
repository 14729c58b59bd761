namespace AeServerless.EmbeddedHost.DurableTask;

/// <summary>A page of a query's results.</summary>
/// <typeparam name="T">The type of a result.</typeparam>
/// <param name="values">The results.</param>
/// <param name="continuationToken">Where the next page begins; null on the last.</param>
public sealed class Page<T>(IReadOnlyList<T> values, string? continuationToken = null)
    where T : notnull
{
    /// <summary>The results.</summary>
    public IReadOnlyList<T> Values { get; } = values;

    /// <summary>Where the next page begins; null on the last.</summary>
    public string? ContinuationToken { get; } = continuationToken;
}
