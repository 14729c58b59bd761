namespace AeServerless.EmbeddedHost.DurableTask;

/// <summary>Decides whether a failed call is made again; part of the orchestrator, so it must be deterministic.</summary>
/// <param name="retryContext">The failure.</param>
/// <returns>True to try again.</returns>
public delegate bool RetryHandler(RetryContext retryContext);
