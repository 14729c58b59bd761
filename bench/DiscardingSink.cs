using AeServerless.Engine.IO;

namespace AeServerless.Bench;

/// <summary>Takes result files and keeps nothing.</summary>
internal sealed class DiscardingSink : IResultSink
{
    public ValueTask<ResultStream> CreateAsync(string name, CancellationToken cancellationToken) =>
        ValueTask.FromResult<ResultStream>(new DiscardingStream());
}
