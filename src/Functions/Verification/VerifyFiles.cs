using AeServerless.Engine;
using AeServerless.Functions.Runs;

namespace AeServerless.Functions.Verification;

/// <summary>Compares the files of a run with their hashes.</summary>
public sealed class VerifyFiles(FileVerifier verifier)
{
    /// <summary>Verifies the files of a run.</summary>
    [Function(nameof(VerifyFiles))]
    public async Task<FileOutcome> RunAsync([ActivityTrigger] RunReference run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        try
        {
            return await verifier.VerifyAsync(run.RunId, cancellationToken);
        }
        catch (InvalidInputException error)
        {
            return new FileOutcome(Files: 0, DifferenceCount: 0, []) { Failure = Failure.Of(error) };
        }
    }
}
