using System.IO.Compression;
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
        using var arrays = await CsrArrays.ReadAsync(scalar, cancellationToken);
        var wide = Math.Max(Math.Max(arrays.Entries, scalar.Tokens), scalar.Width) > int.MaxValue;
        var index = wide ? "<i8" : "<i4";
        await using var zip = new ZipArchive(content, ZipArchiveMode.Create, leaveOpen: true);
        await AddAsync(
            zip, "indices", deflate, NpyHeader.Format(index, arrays.Entries), stream => arrays.WriteIndices(stream, wide));
        await AddAsync(
            zip, "indptr", deflate, NpyHeader.Format(index, scalar.Tokens + 1), stream => arrays.WriteStarts(stream, wide));
        await AddAsync(zip, "format", deflate, NpyHeader.Format("|S3"), stream => stream.Write("csr"u8));
        await AddAsync(zip, "shape", deflate, NpyHeader.Format("<i8", 2), stream =>
        {
            var numbers = new NumberBuffer<long>(stream);
            numbers.Add(scalar.Tokens);
            numbers.Add(scalar.Width);
            numbers.Flush();
        });
        await AddAsync(zip, "data", deflate, NpyHeader.Format("<f4", arrays.Entries), arrays.WriteValues);
    }

    private static async Task AddAsync(ZipArchive zip, string name, bool deflate, byte[] header, Action<Stream> write)
    {
        var entry = zip.CreateEntry($"{name}.npy", deflate ? CompressionLevel.Fastest : CompressionLevel.NoCompression);
        entry.LastWriteTime = Fixed;
        await using var stream = await entry.OpenAsync();
        await stream.WriteAsync(header);
        write(stream);
    }
}
