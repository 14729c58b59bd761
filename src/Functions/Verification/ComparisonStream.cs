using System.Security.Cryptography;
using AeServerless.Engine;
using AeServerless.Engine.IO;
using AeServerless.Functions.Storage;

namespace AeServerless.Functions.Verification;

/// <summary>Compares what is written to it with a stored file, and the stored file with the hash that it was committed with.</summary>
internal sealed class ComparisonStream(IByteSource? stored, ResultFile? file, Action<string> differs) : WriteOnlyStream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[] _buffer = [];
    private long _position;
    private string? _problem;
    private bool _disposed;

    public override long Length => _position;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (stored is not null && _problem is null)
        {
            await CompareAsync(stored, buffer, cancellationToken);
        }

        _position += buffer.Length;
    }

    public override async ValueTask DisposeAsync()
    {
        if (!_disposed)
        {
            _disposed = true;
            Complete();
            _hash.Dispose();
        }

        await base.DisposeAsync();
    }

    private async Task CompareAsync(IByteSource source, ReadOnlyMemory<byte> derived, CancellationToken cancellationToken)
    {
        if (_position + derived.Length > source.Length)
        {
            _problem = $"is {source.Length} bytes, but the derived file is longer";
            return;
        }

        if (_buffer.Length < derived.Length)
        {
            _buffer = new byte[derived.Length];
        }

        var there = _buffer.AsMemory(0, derived.Length);
        try
        {
            await source.ReadAsync(_position, there, cancellationToken);
        }
        catch (InvalidInputException error)
        {
            _problem = error.Message;
            return;
        }

        _hash.AppendData(there.Span);
        var same = there.Span.CommonPrefixLength(derived.Span);
        if (same < derived.Length)
        {
            _problem = $"differs from the derived file at byte {_position + same}";
        }
    }

    private void Complete()
    {
        var problem = _problem
            ?? (stored is null ? "is derived, but not stored"
            : _position < stored.Length ? $"is {stored.Length} bytes, but the derived file is {_position}"
            : Convert.ToHexStringLower(_hash.GetHashAndReset()) != file!.Sha256 ? "does not have the hash in its commit marker"
            : null);
        if (problem is not null)
        {
            differs(problem);
        }
    }
}
