namespace AeServerless.EmbeddedHost.DurableTask;

/// <summary>Decides whether a failed call is made again; may await durable tasks, such as a timer.</summary>
/// <param name="retryContext">The failure.</param>
/// <returns>True to try again.</returns>
public delegate Task<bool> AsyncRetryHandler(RetryContext retryContext);
