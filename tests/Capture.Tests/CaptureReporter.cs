namespace AeServerless.Capture.Tests;

/// <summary>Tells of progress on the thread that makes it.</summary>
internal sealed class CaptureReporter(Action<CaptureProgress> report) : IProgress<CaptureProgress>
{
    /// <summary>Cancels when a shard is whole.</summary>
    public static CaptureReporter Interrupting(CancellationTokenSource interruption) => new(progress =>
    {
        if (progress.Shards == 1)
        {
            interruption.Cancel();
        }
    });

    public void Report(CaptureProgress value) => report(value);
}
