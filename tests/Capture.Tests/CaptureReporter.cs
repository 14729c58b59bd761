namespace AeServerless.Capture.Tests;

/// <summary>Tells of progress on the thread that makes it.</summary>
internal sealed class CaptureReporter(Action<CaptureProgress> report) : IProgress<CaptureProgress>
{
    public void Report(CaptureProgress value) => report(value);
}
