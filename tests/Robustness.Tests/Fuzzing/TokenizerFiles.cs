using AeServerless.Engine.IO;
using AeServerless.Models.Weights;

namespace AeServerless.Robustness.Tests.Fuzzing;

/// <summary>The two files of a tokenizer's older form.</summary>
internal sealed class TokenizerFiles(byte[] vocabulary, byte[] merges) : IModelFiles
{
    public string Name => "models/m";

    public ValueTask<IByteSource?> TryOpenAsync(string name, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IByteSource?>(name switch
        {
            "vocab.json" => new CountingByteSource(name, vocabulary),
            "merges.txt" => new CountingByteSource(name, merges),
            _ => null,
        });
}
