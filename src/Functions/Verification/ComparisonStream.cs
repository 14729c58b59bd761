using System.Security.Cryptography;
using AeServerless.Engine;
using AeServerless.Engine.IO;
using AeServerless.Functions.Blobs;
using AeServerless.Functions.Results;

namespace AeServerless.Functions.Verification;

/// <summary>Compares what is written to it with a stored file, and the stored file with the hash that it was committed with.</summary>
internal sealed class ComparisonStream(IByteSource? stored, ResultFile? file, Action<string> differs) : WriteOnlyStream
{
    private const int BlockBytes = 1 << 20;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _block = new byte[BlockBytes];
    private long _blockStart;
    private long _readTo;
    private long _position;
    private string? _problem;
    private bool _ended;

    public override long Length => _position;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (stored is not null && _problem is null)
        {
            await CompareAsync(stored, buffer, cancellationToken);
        }

        _position += buffer.Length;
    }

    public override Task CompleteAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        _ended = true;
        if ((_problem ?? ProblemAtTheEnd()) is { } problem)
        {
            differs(problem);
        }

        return Task.CompletedTask;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _ended = true;
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task CompareAsync(IByteSource source, ReadOnlyMemory<byte> derived, CancellationToken cancellationToken)
    {
        if (_position + derived.Length > source.Length)
        {
            _problem = $"is {source.Length} bytes, but the derived file is longer";
            return;
        }

        for (var done = 0; done < derived.Length && _problem is null;)
        {
            var read = await NextAsync(source, _position + done, derived.Length - done, cancellationToken);
            var same = read.Span.CommonPrefixLength(derived.Span[done..]);
            _problem ??= same < read.Length ? $"differs from the derived file at byte {_position + done + same}" : null;
            done += read.Length;
        }
    }

    /// <summary>
    /// Some of the stored bytes from a position on, at most as many as asked for: writes are of any size, reads are large.
    /// </summary>
    private async ValueTask<ReadOnlyMemory<byte>> NextAsync(
        IByteSource source, long position, int count, CancellationToken cancellationToken)
    {
        if (position == _readTo)
        {
            var block = _block.AsMemory(0, (int)Math.Min(_block.Length, source.Length - position));
            try
            {
                await source.ReadAsync(position, block, cancellationToken);
            }
            catch (InvalidInputException error)
            {
                _problem = error.Message;
                return block[..Math.Min(count, block.Length)];
            }

            _hash.AppendData(block.Span);
            _readTo += block.Length;
            _blockStart = position;
        }

        var start = (int)(position - _blockStart);
        return _block.AsMemory(start, (int)Math.Min(count, _readTo - position));
    }

    private string? ProblemAtTheEnd()
    {
        if (stored is null)
        {
            return "is derived, but not stored";
        }

        if (_position < stored.Length)
        {
            return $"is {stored.Length} bytes, but the derived file is {_position}";
        }

        var hash = Convert.ToHexStringLower(_hash.GetHashAndReset());
        return hash == file!.Sha256 ? null : "does not have the hash in its commit marker";
    }
}
