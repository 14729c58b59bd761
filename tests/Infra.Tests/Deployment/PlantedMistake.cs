namespace AeServerless.Infra.Tests.Deployment;

/// <summary>A mistake in what is deployed.</summary>
/// <param name="Deployment">The parameter file whose snapshot it is planted in.</param>
/// <param name="Named">A text of the problem that must be found.</param>
/// <param name="Plant">Plants it.</param>
internal sealed record PlantedMistake(string Deployment, string Named, Action<Snapshot> Plant);
