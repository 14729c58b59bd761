namespace AeServerless.Contracts;

/// <summary>Something that a plan says of itself, both plain text.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Value">What is so; of several things, a line each.</param>
public sealed record PlanFact(string Name, string Value);
