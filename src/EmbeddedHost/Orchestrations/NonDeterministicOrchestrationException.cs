namespace AeServerless.EmbeddedHost.Orchestrations;

/// <summary>An orchestrator did not ask on replay for what its history has.</summary>
/// <param name="message">What was expected and what came.</param>
internal sealed class NonDeterministicOrchestrationException(string message) : Exception(message);
