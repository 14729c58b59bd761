using AeServerless.Contracts;
using AeServerless.Engine;
using AeServerless.Functions.Runs;
using AeServerless.Functions.Verification;

namespace AeServerless.Functions.Orchestrations;

/// <summary>Verifies a run: the hashes of its files, and a sample of its chunks by deriving them again.</summary>
public static class VerifyOrchestration
{
    /// <summary>The instance id of the verification of a run: there is one at a time.</summary>
    public static string InstanceId(string runId) => $"verify-{runId}";

    /// <summary>Verifies and gives back the report.</summary>
    [Function(nameof(VerifyOrchestration))]
    public static async Task<VerificationReport> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context, VerifyRequest request)
    {
        try
        {
            var findings = await context.CallActivityAsync<Findings>(nameof(VerifyFiles), request.RunId, Retries.Activity);
            await BoundedFanOut.RunAsync(
                request.Chunks.Count,
                request.InFlight,
                index => context.CallActivityAsync<Findings>(nameof(VerifyChunk), request.Chunks[index], Retries.Activity),
                (_, found) =>
                {
                    findings += found;
                    context.SetCustomStatus(findings.ToReport(request.RunId));
                });
            return findings.ToReport(request.RunId);
        }
        catch (TaskFailedException error) when (error.FailureDetails.IsCausedBy<InvalidInputException>())
        {
            // The run is not complete: what could not be verified is part of the report.
            return new Findings().ToReport(request.RunId) with { Error = Failures.From(error) };
        }
    }
}
