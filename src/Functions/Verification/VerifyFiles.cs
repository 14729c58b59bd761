using AeServerless.Engine;

namespace AeServerless.Functions.Verification;

/// <summary>Compares the files of a run with their hashes.</summary>
public sealed class VerifyFiles(FileVerifier verifier)
{
    /// <summary>Verifies the files of a run.</summary>
    /// <exception cref="InvalidInputException">The run is not complete.</exception>
    [Function(nameof(VerifyFiles))]
    public Task<Findings> RunAsync([ActivityTrigger] string runId, CancellationToken cancellationToken) =>
        verifier.VerifyAsync(runId, cancellationToken);
}
