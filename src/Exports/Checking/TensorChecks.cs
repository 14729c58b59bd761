using System.IO.Compression;
using System.Text.Json;
using AeServerless.Engine.IO;
using AeServerless.Engine.Tensors;
using AeServerless.Exports.Formats.Arrays;
using AeServerless.Exports.Formats.Delphi;
using AeServerless.Exports.Sessions;

namespace AeServerless.Exports.Checking;

/// <summary>Compares exports that are tensors: bit for bit, as the tools wrote them.</summary>
internal sealed class TensorChecks(string directory, GoldenWorkspace workspace)
{
    private const float UlpsOfLogarithm = 2;

    /// <summary>delphi's cache in a folder: each module, and the counts beside it.</summary>
    public async Task<GoldenCount> DelphiAsync(string folder, GoldenInput input, CancellationToken cancellationToken)
    {
        var comparison = new Comparison(folder);
        var root = Path.Combine(directory, folder);
        foreach (var module in Directory.EnumerateDirectories(Path.Combine(root, "latents")).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(module);
            using var config = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(module, "config.json"), cancellationToken));
            // The tool's cache has whole batches only.
            var sequences =
                config.RootElement.GetProperty("n_tokens").GetInt32() / config.RootElement.GetProperty("cache_ctx_len").GetInt32();
            var run = await workspace.RunAsync(input.Take(Math.Min(sequences, input.Sequences)), layer: 1, cancellationToken);
            var export = await workspace.ExportAsync(new DelphiFormat(), run, Options(name, config.RootElement), cancellationToken);
            var made = Path.Combine(export, "latents", name);
            comparison.Equal($"{name} files", Names(module), Names(made));
            using var written = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(made, "config.json"), cancellationToken));
            comparison.Json($"{name}/config.json", config.RootElement, written.RootElement, 0);
            foreach (var file in Directory.EnumerateFiles(module, "*.safetensors").Select(Path.GetFileName).Order(StringComparer.Ordinal))
            {
                await CompareAsync(comparison, Path.Combine(module, file!), Path.Combine(made, file!), cancellationToken);
            }

            var counts = Path.Combine("log", "hookpoint_firing_counts.pt");
            if (File.Exists(Path.Combine(root, counts)))
            {
                comparison.Equal<byte>($"{counts}", TorchData(Path.Combine(root, counts)), TorchData(Path.Combine(export, counts)));
            }
        }

        return comparison.Count;
    }

    /// <summary>SAELens's sparsity. Logarithms of different libraries differ in the last bit.</summary>
    public async Task<GoldenCount> SparsityAsync(string file, GoldenInput input, CancellationToken cancellationToken)
    {
        var comparison = new Comparison(file);
        var run = await workspace.RunAsync(input, layer: 1, cancellationToken);
        var export = await workspace.ExportAsync(new SparsityFormat(), run, new ExportOptions(), cancellationToken);
        using var expected = new FileByteSource(Path.Combine(directory, file));
        using var actual = new FileByteSource(Path.Combine(export, GoldenInput.Scalar, "1", "sparsity.safetensors"));
        var left = await (await SafetensorsFile.OpenAsync(expected, cancellationToken)).ReadFloatsAsync("sparsity", cancellationToken);
        var right = await (await SafetensorsFile.OpenAsync(actual, cancellationToken)).ReadFloatsAsync("sparsity", cancellationToken);
        comparison.Equal("length", left.Length, right.Length);
        for (var latent = 0; latent < Math.Min(left.Length, right.Length); latent++)
        {
            comparison.Near(
                $"sparsity[{latent}]",
                left[latent],
                right[latent],
                UlpsOfLogarithm * (MathF.BitIncrement(MathF.Abs(left[latent])) - MathF.Abs(left[latent])));
        }

        return comparison.Count;
    }

    /// <summary>SciPy's matrix: every array, with its header.</summary>
    public async Task<GoldenCount> CsrAsync(string file, GoldenInput input, CancellationToken cancellationToken)
    {
        var comparison = new Comparison(file);
        var run = await workspace.RunAsync(input, layer: 1, cancellationToken);
        await using var expected = await ZipFile.OpenReadAsync(Path.Combine(directory, file), cancellationToken);
        var deflate = expected.Entries[0].CompressedLength < expected.Entries[0].Length;
        var export = await workspace.ExportAsync(new CsrFormat(), run, new ExportOptions { Deflate = deflate }, cancellationToken);
        await using var actual = await ZipFile.OpenReadAsync(Path.Combine(export, GoldenInput.Scalar, "1", "csr.npz"), cancellationToken);
        comparison.Equal(
            "members", string.Join(',', expected.Entries.Select(entry => entry.FullName)), string.Join(
                ',', actual.Entries.Select(entry => entry.FullName)));
        foreach (var entry in expected.Entries)
        {
            if (actual.GetEntry(entry.FullName) is { } other)
            {
                comparison.Equal<byte>(entry.FullName, Read(entry), Read(other));
            }
        }

        return comparison.Count;
    }

    private static ExportOptions Options(string module, JsonElement config) => new()
    {
        HookPoint = module,
        Model = config.GetProperty("model_name").GetString()!,
        Delphi = new DelphiOptions
        {
            Splits = config.GetProperty("n_splits").GetInt32(),
            BatchSize = config.GetProperty("batch_size").GetInt32(),
            DatasetRepo = config.GetProperty("dataset_repo").GetString()!,
            DatasetSplit = config.GetProperty("dataset_split").GetString()!,
            DatasetName = config.GetProperty("dataset_name").GetString()!,
            DatasetColumn = config.GetProperty("dataset_column").GetString()!,
        },
    };

    private static string Names(string folder) =>
        string.Join(',', Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));

    private static async Task CompareAsync(Comparison comparison, string expected, string actual, CancellationToken cancellationToken)
    {
        var name = Path.GetFileName(expected);
        using var left = new FileByteSource(expected);
        using var right = new FileByteSource(actual);
        var (leftFile, rightFile) = (
            await SafetensorsFile.OpenAsync(left, cancellationToken), await SafetensorsFile.OpenAsync(right, cancellationToken));
        foreach (var entry in leftFile.Tensors.Values)
        {
            var other = rightFile.GetTensor(entry.Name);
            comparison.Equal($"{name} {entry.Name}", $"{entry.Dtype} {entry.ShapeText}", $"{other.Dtype} {other.ShapeText}");
            var (leftBytes, rightBytes) = (new byte[entry.Length], new byte[other.Length]);
            await left.ReadAsync(entry.Offset, leftBytes, cancellationToken);
            await right.ReadAsync(other.Offset, rightBytes, cancellationToken);
            comparison.Equal<byte>($"{name} {entry.Name}", leftBytes, rightBytes);
        }
    }

    private static byte[] TorchData(string path)
    {
        using var zip = ZipFile.OpenRead(path);
        return [.. zip.Entries.Where(entry => entry.FullName.Contains("/data/", StringComparison.Ordinal))
            .OrderBy(entry => entry.FullName, StringComparer.Ordinal).SelectMany(Read)];
    }

    private static byte[] Read(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
