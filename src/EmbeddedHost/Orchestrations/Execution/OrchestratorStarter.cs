using AeServerless.EmbeddedHost.DurableTask;

namespace AeServerless.EmbeddedHost.Orchestrations.Execution;

/// <summary>Starts an orchestrator's code on the current thread.</summary>
/// <param name="name">The orchestrator.</param>
/// <param name="context">Its context.</param>
/// <param name="input">Its input as JSON.</param>
/// <returns>Its output as JSON. Fails, rather than throws, if there is no such orchestrator.</returns>
internal delegate Task<string?> OrchestratorStarter(string name, TaskOrchestrationContext context, string? input);
