namespace AeServerless.Infra.Tests.Deployment;

/// <summary>A mistake, and what the check must say of it.</summary>
/// <param name="File">The template, under infra/bicep.</param>
/// <param name="Text">What stands there.</param>
/// <param name="Mistake">What is put in its place.</param>
/// <param name="Named">Texts that one problem must have, all of them.</param>
internal sealed record PlantedMistake(string File, string Text, string Mistake, params string[] Named);
