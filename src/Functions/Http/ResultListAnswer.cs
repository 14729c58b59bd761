namespace AeServerless.Functions.Http;

/// <summary>The files of a run's results.</summary>
/// <param name="Files">The files, by name.</param>
public sealed record ResultListAnswer(IReadOnlyList<ResultListItem> Files);
