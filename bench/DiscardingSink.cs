using AeServerless.Engine.IO;

namespace AeServerless.Bench;

/// <summary>Takes result files and keeps nothing.</summary>
internal sealed class DiscardingSink : IResultSink
{
    public ValueTask<Stream> CreateAsync(string name, CancellationToken cancellationToken) => ValueTask.FromResult(Stream.Null);
}
