namespace AeServerless.Exports.Runs;

/// <summary>A file of a run's results.</summary>
/// <param name="Name">Relative to the run, with <c>/</c> between folders.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Version">What changes when the content does: an ETag, or a time of writing. Empty where there is none.</param>
public sealed record RunFile(string Name, long Length, string Version);
