namespace AeServerless.Functions.Finishing;

/// <summary>What differs between the inputs of a run and those of the latest one of the same recipe over the same dataset.</summary>
/// <param name="PreviousRun">The latest run before; absent where there was none.</param>
/// <param name="Changed">Paths of inputs with another content.</param>
/// <param name="Added">Paths of inputs that were not there.</param>
/// <param name="Removed">Paths of inputs that are no longer there.</param>
public sealed record RunChanges(
    string? PreviousRun, IReadOnlyList<string> Changed, IReadOnlyList<string> Added, IReadOnlyList<string> Removed);
