using System.Security.Cryptography;
using AeServerless.Engine.IO;
using AeServerless.Functions.Blobs;

namespace AeServerless.Functions.Results;

/// <summary>
/// Writes one file of a result and hashes what passes.
/// </summary>
/// <param name="into">Where the bytes go.</param>
/// <param name="name">The file's name.</param>
/// <param name="completed">Takes the file once it is complete.</param>
/// <param name="owns">Whether <paramref name="into"/> has this file alone and ends with it.</param>
internal sealed class ResultFileStream(ResultStream into, string name, Action<ResultFile> completed, bool owns) : WriteOnlyStream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _length;
    private bool _ended;

    public override bool CanWrite => !_ended;

    public override long Length => _length;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        _hash.AppendData(buffer.Span);
        _length += buffer.Length;
        await into.WriteAsync(buffer, cancellationToken);
    }

    public override async Task CompleteAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        if (owns)
        {
            await into.CompleteAsync(cancellationToken);
        }

        _ended = true;
        using (_hash)
        {
            completed(new ResultFile(name, _length, Convert.ToHexStringLower(_hash.GetHashAndReset())));
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_ended)
        {
            _ended = true;
            _hash.Dispose();
            if (owns)
            {
                into.Dispose();
            }
        }

        base.Dispose(disposing);
    }
}
