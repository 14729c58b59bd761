namespace AeServerless.Functions.Runs;

/// <summary>A run, as its orchestration is started: everything else is in the run's request document.</summary>
/// <param name="RunId">The run, and its orchestration's instance id.</param>
/// <param name="Dataset">The dataset's name.</param>
/// <param name="Recipe">The recipe's name; empty where the recipe came inline without one.</param>
public sealed record RunReference(string RunId, string Dataset, string Recipe);
