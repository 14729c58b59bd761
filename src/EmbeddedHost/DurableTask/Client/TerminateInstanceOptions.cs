namespace AeServerless.EmbeddedHost.DurableTask.Client;

/// <summary>Options of a termination.</summary>
/// <param name="Output">The output that the instance shows.</param>
/// <param name="Recursive">Whether sub-orchestrations are terminated too.</param>
public record TerminateInstanceOptions(object? Output = null, bool Recursive = false);
