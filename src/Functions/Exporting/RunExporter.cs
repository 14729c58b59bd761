using System.Security.Cryptography;
using AeServerless.Engine.Tensors;
using AeServerless.Exports.Formats;
using AeServerless.Exports.Runs;
using AeServerless.Exports.Sessions;
using AeServerless.Functions.Blobs;
using AeServerless.Functions.Planning;
using AeServerless.Functions.Results;
using AeServerless.Functions.Runs;
using AeServerless.Models.Tokenizers;

namespace AeServerless.Functions.Exporting;

/// <summary>Writes the exports that a recipe asks for under the run's prefix, from storage to storage.</summary>
public sealed class RunExporter(RunBasisReader reader, InputStore inputs, ResultStore store)
{
    /// <summary>Writes the exports, or goes on with those that were cut.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="results">Its result files.</param>
    /// <param name="cancellationToken">Cancels the writing.</param>
    /// <returns>Of each export, the file that is written last and names all others with their hashes.</returns>
    /// <exception cref="Engine.InvalidInputException">A format can't hold what the run has.</exception>
    public async Task<IReadOnlyList<ResultFile>> WriteAsync(
        string runId, IReadOnlyList<ResultFile> results, CancellationToken cancellationToken)
    {
        var basis = await reader.ReadAsync(runId, cancellationToken);
        using var tokenizer = await TokenTexts.ReadAsync(basis, inputs, cancellationToken);
        var written = new List<ResultFile>();
        foreach (var name in basis.Plan.Recipe.Exports)
        {
            var folder = $"exports/{name}";
            var destination = new ExportPrefix(store, $"{RunPaths.Of(runId)}/{folder}");
            var run = Describe(runId, basis, results, tokenizer);
            await Exporter.RunAsync(
                ExportFormats.Find(name), run, Options(basis), destination, progress: null, cancellationToken);
            await using var report = (await destination.OpenAsync(ExportReport.FileName, cancellationToken))!;
            var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(report, cancellationToken));
            written.Add(new ResultFile($"{folder}/{ExportReport.FileName}", report.Length, hash));
        }

        return written;
    }

    /// <summary>The model's name is the folder of its weights.</summary>
    private static ExportOptions Options(RunBasis basis) =>
        basis.Manifest.Model.Split('/') is [_, .. var folders, _] && folders.Length > 0
            ? new ExportOptions { Model = string.Join('-', folders) }
            : new ExportOptions();

    private ExportRun Describe(string runId, RunBasis basis, IReadOnlyList<ResultFile> results, TextTokenizer? tokenizer) => new()
    {
        Files = new StoredRunFiles(store, runId, results),
        Dataset = basis.Request.Dataset,
        RunId = runId,
        Tokens = new ShardTokenIds([.. basis.Manifest.Shards.Select((shard, index) => (shard.Tokens, Opener(basis, index)))]),
        TokenText = tokenizer is null ? null : id => TokenTexts.Of(tokenizer, id),
    };

    private Func<CancellationToken, ValueTask<SafetensorsFile>> Opener(RunBasis basis, int shard) =>
        async cancellationToken => (await reader.OpenShardAsync(basis, shard, cancellationToken)).File;
}
