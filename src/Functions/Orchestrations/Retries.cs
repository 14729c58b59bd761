namespace AeServerless.Functions.Orchestrations;

/// <summary>Retry policies. They are for what may pass: an error of the user's comes back as a value and is not retried.</summary>
internal static class Retries
{
    /// <summary>For activities: a worker that is lost, a store that is busy.</summary>
    public static TaskOptions Activity { get; } = TaskOptions.FromRetryPolicy(new RetryPolicy(
        maxNumberOfAttempts: 5,
        firstRetryInterval: TimeSpan.FromSeconds(2),
        backoffCoefficient: 3,
        maxRetryInterval: TimeSpan.FromMinutes(1)));
}
