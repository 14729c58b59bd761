using System.Diagnostics;
using AeServerless.Cli.Progress;
using AeServerless.Contracts;

namespace AeServerless.Cli.Api;

/// <summary>Waits for runs and shows how far they are.</summary>
internal static class RunFollower
{
    private const int ShortestWait = 100; // milliseconds
    private const int LongestWait = 1000;

    /// <summary>Waits until a run is over and returns it.</summary>
    /// <exception cref="CliException">It failed or was terminated; the message has its reason.</exception>
    public static async Task<RunDescription> FollowAsync(AppClient app, string runId, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        var run = await ProgressReport.RunAsync(runId, async report =>
        {
            while (true)
            {
                var now = await app.GetAsync(runId, cancellationToken);
                report(now.ChunksDone, now.ChunksTotal, Describe(now));
                if (now.Status.IsOver())
                {
                    return now;
                }

                // The end of a short run is met soon, and a long one is not asked for often.
                await Task.Delay((int)Math.Clamp(watch.ElapsedMilliseconds / 10, ShortestWait, LongestWait), cancellationToken);
            }
        });
        return run.Status == RunStatus.Completed ? run : throw new CliException($"{runId} {AppClient.Name(run.Status)}: {run.Error}");
    }

    /// <summary>Where a run stands, in a few words.</summary>
    public static string Describe(RunDescription run) => run switch
    {
        { Status: RunStatus.Failed or RunStatus.Terminated } => $"{AppClient.Name(run.Status)}: {run.Error}",
        { Result: { } done } => $"done, {done.Tokens:N0} tokens in {done.Chunks} chunks"
            + $" ({done.ChunksComputed} computed, {done.ChunksReused} reused), {done.TokensPerSecond:N0} tokens/s",
        { ChunksTotal: > 0 } => $"{run.Phase}, {run.ChunksDone} of {run.ChunksTotal} chunks,"
            + $" {run.TokensDone:N0} tokens, {run.TokensPerSecond:N0} tokens/s",
        _ => run.Phase ?? AppClient.Name(run.Status),
    };
}
