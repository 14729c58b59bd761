using System.Collections.Concurrent;

namespace AeServerless.Robustness.Tests.Faults;

/// <summary>
/// A share of all requests meets some fault, as a seed says. The same request is not hit again until it got through once: a client that
/// tries again is healed.
/// </summary>
/// <param name="seed">Which requests, and which faults.</param>
/// <param name="rate">Share of the requests that are hit.</param>
/// <param name="faults">The faults there are.</param>
internal sealed class RandomFaults(int seed, double rate, params IReadOnlyList<Fault> faults) : IFaultPlan
{
    private readonly Lock _gate = new();
    private readonly Random _random = new(seed);
    private readonly HashSet<StorageRequest> _hit = [];
    private readonly ConcurrentDictionary<Fault, int> _counts = [];

    /// <summary>How often each fault was met.</summary>
    public IReadOnlyDictionary<Fault, int> Counts => _counts;

    public Fault Decide(StorageRequest request)
    {
        Fault fault;
        lock (_gate)
        {
            if (_random.NextDouble() >= rate || !_hit.Add(request))
            {
                _hit.Remove(request);
                return Fault.None;
            }

            fault = faults[_random.Next(faults.Count)];

            // Only blobs' bodies are read by length; half a listing would be no answer that storage ever gives.
            var isBody = request is { Service: "blob", Method: "GET" } && !request.Path.Contains("comp=", StringComparison.Ordinal);
            if (fault == Fault.ShortAnswer && !isBody)
            {
                fault = Fault.ResetInAnswer;
            }
        }

        _counts.AddOrUpdate(fault, 1, (_, count) => count + 1);
        return fault;
    }
}
