using AeServerless.Functions.Chunks;
using AeServerless.Functions.Orchestrations;
using AeServerless.Functions.Runs;

namespace AeServerless.Functions.Verification;

/// <summary>Verifies a run: the hashes of its files, and a sample of its chunks by deriving them again.</summary>
public static class VerifyOrchestration
{
    /// <summary>The instance id of the verification of a run: there is one at a time.</summary>
    public static string InstanceId(string runId) => $"verify-{runId}";

    /// <summary>Verifies and gives back the report.</summary>
    [Function(nameof(VerifyOrchestration))]
    public static async Task<VerifyReport> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context, VerifyRequest request)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(request);
        var report = new VerifyReport { RunId = request.RunId };
        var files = await context.CallActivityAsync<FileOutcome>(
            nameof(VerifyFiles), new RunReference(request.RunId, Dataset: "", Recipe: ""), Retries.Activity);
        report = report.Add(files.Files, chunks: 0, files.DifferenceCount, files.Differences);
        if (files.Failure is not null)
        {
            return report with { Error = files.Failure };
        }

        await Window.RunAsync(
            request.Chunks.Count,
            request.InFlight,
            index => context.CallActivityAsync<ChunkOutcome>(nameof(ComputeChunk), request.Chunks[index], Retries.Activity),
            (_, chunk) =>
            {
                // An input that has changed since is a finding, and no reason not to look at the other chunks.
                IReadOnlyList<VerifyDifference> found = chunk.Failure is { } failure ? [new(failure.Subject, failure.Message)] : chunk.Differences;
                report = report.Add(files: 0, chunks: 1, found.Count, found);
                context.SetCustomStatus(report);
                return true;
            });
        return report;
    }
}
