using System.IO.Compression;
using AeServerless.Exports.Latents;
using AeServerless.Exports.Runs;
using AeServerless.Exports.Sessions;

namespace AeServerless.Exports.Formats.Arrays;

/// <summary>SciPy's <c>csr.npz</c>, <c>[tokens, latents]</c>, for each scalar and layer: what <c>scipy.sparse.load_npz</c> reads.</summary>
public sealed class CsrFormat : IExportFormat
{
    // Zip has no earlier time: the same values give the same bytes.
    private static readonly DateTimeOffset Fixed = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <inheritdoc/>
    public string Name => "csr";

    /// <inheritdoc/>
    public string Summary => "SciPy: csr.npz, [tokens, latents]";

    /// <inheritdoc/>
    public int Version => 1;

    /// <inheritdoc/>
    public async Task WriteAsync(ExportSession session, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        session.Lose("rows are tokens, sequences end to end: where sequences begin is not in the file; stored zeros are left out");
        foreach (var scalar in (await session.ScalarsAsync(cancellationToken)).Where(scalar => scalar.Shape == ScalarShape.Latents))
        {
            var unitName = $"{scalar.Name}-{scalar.Layer}";
            if (session.IsDone(unitName))
            {
                continue;
            }

            var unit = session.Begin(unitName);
            await unit.WriteAsync(
                $"{scalar.Name}/{scalar.Layer}/csr.npz", content => WriteAsync(
                    content, scalar, session.Options.Deflate, cancellationToken), cancellationToken);
            await unit.CompleteAsync(cancellationToken);
        }
    }

    private static async Task WriteAsync(Stream content, LatentScalar scalar, bool deflate, CancellationToken cancellationToken)
    {
        var set = LatentSet.Of(scalar);
        var entries = (await LatentCounts.ReadAsync(set, cancellationToken)).NonZero.Sum();
        var wide = Math.Max(Math.Max(entries, scalar.Tokens), scalar.Width) > int.MaxValue;
        var index = wide ? "<i8" : "<i4";
        await using var zip = new ZipArchive(content, ZipArchiveMode.Create, leaveOpen: true);
        await AddAsync(zip, "indices", deflate, NpyHeader.Format(index, entries), stream => ReadAsync(new Indices(stream, wide)));
        await AddAsync(zip, "indptr", deflate, NpyHeader.Format(index, scalar.Tokens + 1), async stream =>
        {
            var starts = new RowStarts(stream, wide);
            await new RowReader(set, tokens: null).ReadAsync(starts, cancellationToken);
            starts.Complete(scalar.Tokens);
        });
        await AddAsync(
            zip, "format", deflate, NpyHeader.Format("|S3"), stream => stream.WriteAsync("csr"u8.ToArray(), cancellationToken).AsTask());
        await AddAsync(zip, "shape", deflate, NpyHeader.Format("<i8", 2), stream =>
        {
            var numbers = new NumberBuffer<long>(stream);
            numbers.Add(scalar.Tokens);
            numbers.Add(scalar.Width);
            numbers.Flush();
            return Task.CompletedTask;
        });
        await AddAsync(zip, "data", deflate, NpyHeader.Format("<f4", entries), stream => ReadAsync(new Data(stream)));

        async Task ReadAsync(FlushedVisitor visitor)
        {
            await new RowReader(set, tokens: null).ReadAsync(visitor, cancellationToken);
            visitor.Flush();
        }
    }

    private static async Task AddAsync(ZipArchive zip, string name, bool deflate, byte[] header, Func<Stream, Task> write)
    {
        var entry = zip.CreateEntry($"{name}.npy", deflate ? CompressionLevel.Fastest : CompressionLevel.NoCompression);
        entry.LastWriteTime = Fixed;
        await using var stream = await entry.OpenAsync();
        await stream.WriteAsync(header);
        await write(stream);
    }

    private abstract class FlushedVisitor : IEntryVisitor
    {
        public abstract void Flush();

        public void Add(int latent, long row, int token, uint present, ReadOnlySpan<float> values)
        {
            if (values[0] != 0)
            {
                Add(latent, row, values[0]);
            }
        }

        protected abstract void Add(int latent, long row, float value);
    }

    private sealed class Indices(Stream stream, bool wide) : FlushedVisitor
    {
        private readonly NumberBuffer<int> _narrow = new(stream);
        private readonly NumberBuffer<long> _wide = new(stream);

        public override void Flush()
        {
            _narrow.Flush();
            _wide.Flush();
        }

        protected override void Add(int latent, long row, float value)
        {
            if (wide)
            {
                _wide.Add(latent);
            }
            else
            {
                _narrow.Add(latent);
            }
        }
    }

    private sealed class Data(Stream stream) : FlushedVisitor
    {
        private readonly NumberBuffer<float> _values = new(stream);

        public override void Flush() => _values.Flush();

        protected override void Add(int latent, long row, float value) => _values.Add(value);
    }

    private sealed class RowStarts(Stream stream, bool wide) : FlushedVisitor
    {
        private readonly NumberBuffer<int> _narrow = new(stream);
        private readonly NumberBuffer<long> _wide = new(stream);
        private long _next;
        private long _entries;

        /// <summary>Writes the starts of the rows that are left, and the end.</summary>
        public void Complete(long rows)
        {
            StartUpTo(rows);
            Flush();
        }

        public override void Flush()
        {
            _narrow.Flush();
            _wide.Flush();
        }

        protected override void Add(int latent, long row, float value)
        {
            StartUpTo(row);
            _entries++;
        }

        private void StartUpTo(long row)
        {
            for (; _next <= row; _next++)
            {
                if (wide)
                {
                    _wide.Add(_entries);
                }
                else
                {
                    _narrow.Add((int)_entries);
                }
            }
        }
    }
}
