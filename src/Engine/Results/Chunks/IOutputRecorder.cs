using AeServerless.Engine.Datasets;
using AeServerless.Engine.IO;
using AeServerless.Engine.Statistics;

namespace AeServerless.Engine.Results.Chunks;

/// <summary>Collects one output of a chunk and writes its files.</summary>
internal interface IOutputRecorder : IDisposable
{
    /// <summary>Where tokens and values that were left out are counted.</summary>
    LatentStatistics Statistics { get; }

    /// <summary>Which tokens of the chunk do not count; empty where all do. Said before the first of them is added. [tokens]</summary>
    ReadOnlyMemory<TokenMark> Marks { get; set; }

    /// <summary>Forgets the chunk, and keeps its memory.</summary>
    void Clear();

    /// <summary>Appends zeros up to that number of tokens: an output that is zero everywhere is not computed.</summary>
    void PadTo(int tokens);

    /// <summary>Writes the requested files of this output. Called once a chunk.</summary>
    Task WriteAsync(IResultSink sink, ChunkRange range, CancellationToken cancellationToken);
}
