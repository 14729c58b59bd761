namespace AeServerless.Bench.Scale;

/// <summary>What a run would take.</summary>
/// <param name="Seconds">From the upload to the finished run.</param>
/// <param name="WorkerSeconds">Seconds of GPU replicas that are paid for, cold starts and idle ends included.</param>
/// <param name="Utilisation">Share of them in which a chunk was computed.</param>
/// <param name="Actions">Actions of the scheduler.</param>
/// <param name="Merges">Merges on the control app.</param>
/// <param name="Recomputed">Chunks that were begun again because their worker was lost.</param>
/// <param name="Runs">Runs that the dataset needs.</param>
public sealed record ScalePrediction(
    double Seconds, double WorkerSeconds, double Utilisation, long Actions, long Merges, long Recomputed, int Runs);
