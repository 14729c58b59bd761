namespace AeServerless.EmbeddedHost.Orchestrations;

/// <summary>An instance was started of an orchestrator that the app does not have.</summary>
/// <param name="name">The name asked for.</param>
/// <param name="known">The names there are.</param>
internal sealed class OrchestratorNotFoundException(string name, IEnumerable<string> known)
    : Exception($"There is no orchestrator function '{name}' in this app. It has: {string.Join(", ", known.Order(StringComparer.Ordinal))}");
