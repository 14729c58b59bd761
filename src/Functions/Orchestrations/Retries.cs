using AeServerless.Engine;

namespace AeServerless.Functions.Orchestrations;

/// <summary>Retry policies.</summary>
internal static class Retries
{
    /// <summary>
    /// For activities: a worker that is lost and storage that is busy may be there a moment later, an input that is wrong stays so.
    /// </summary>
    public static TaskOptions Activity { get; } = TaskOptions.FromRetryPolicy(new RetryPolicy(
        maxNumberOfAttempts: 5,
        firstRetryInterval: TimeSpan.FromSeconds(2),
        backoffCoefficient: 3,
        maxRetryInterval: TimeSpan.FromMinutes(1))
    {
        HandleFailure = failure => !failure.IsCausedBy<InvalidInputException>(),
    });
}
