namespace AeServerless.Functions.Planning;

/// <summary>Where a value of a run comes from.</summary>
/// <param name="Value">What it is.</param>
/// <param name="Source"><c>recorded</c> or <c>derived</c>.</param>
/// <param name="Reason">The tensor it is read from, or what it is derived from and why.</param>
public sealed record PlannedSource(string Value, string Source, string Reason);
