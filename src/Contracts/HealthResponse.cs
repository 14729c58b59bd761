namespace AeServerless.Contracts;

/// <summary>Whether the function app can work: the answer of GET /api/health.</summary>
/// <param name="Healthy">Whether storage and task hub both answer.</param>
/// <param name="Storage"><c>reachable</c> or <c>unreachable</c>: whether the container of results exists or can be made.</param>
/// <param name="Hub"><c>reachable</c> or <c>unreachable</c>: whether the task hub answers.</param>
/// <param name="Device">What the engine computes on.</param>
/// <param name="Version">The product's version.</param>
/// <param name="RunsPending">Runs that wait to begin; absent where they can't be counted.</param>
/// <param name="RunsRunning">Runs under way.</param>
public sealed record HealthResponse(
    bool Healthy, string Storage, string Hub, string Device, string Version, int? RunsPending, int? RunsRunning);
