using AeServerless.Cli.Api;
using AeServerless.Contracts;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Tensors;
using AeServerless.Exports.Runs;
using AeServerless.Models.Tokenizers;

namespace AeServerless.Cli.Exporting;

/// <summary>A finished run with its dataset and tokenizer, read over the app's API.</summary>
/// <param name="App">The app.</param>
/// <param name="Files">The result files.</param>
/// <param name="Description">What the app says of the run.</param>
/// <param name="Manifest">The dataset's manifest; <see langword="null"/> where it changed since the run or is gone.</param>
/// <param name="Tokenizer">The dataset's tokenizer; <see langword="null"/> where the run has none.</param>
internal sealed record AppRun(
    AppClient App, AppRunFiles Files, RunDescription Description, DatasetManifest? Manifest, TextTokenizer? Tokenizer) : IDisposable
{
    private const int MostBytes = 64 << 20;

    private string RunId => Description.RunId;

    /// <summary>The model's name: the folder of its weights.</summary>
    public string? Model => Manifest?.Model.Split('/') is [_, .. var folders, _] && folders.Length > 0 ? string.Join('-', folders) : null;

    /// <summary>Opens a run.</summary>
    /// <exception cref="CliException">The run is not completed.</exception>
    public static async Task<AppRun> OpenAsync(AppClient app, string runId, CancellationToken cancellationToken)
    {
        var run = await app.GetAsync(runId, cancellationToken);
        if (run.Status != RunStatus.Completed)
        {
            throw new CliException(
                $"{run.RunId}: is {AppClient.Name(run.Status)}; only a run that is completed has results: ./ae status {run.RunId}.");
        }

        var files = await AppRunFiles.OpenAsync(app, run.RunId, cancellationToken);
        var manifest = await ManifestAsync(app, run, cancellationToken);
        var tokenizer = manifest is null ? null : await TokenizerAsync(app, run.RunId, manifest.Tokenizer, cancellationToken);
        return new AppRun(app, files, run, manifest, tokenizer);
    }

    /// <summary>The text of a token; its id in angle brackets where the tokenizer has none.</summary>
    public string Text(long id) =>
        id <= int.MaxValue && Tokenizer is { } tokenizer && tokenizer.Tokens.ContainsKey((int)id) ? tokenizer.TextOf((int)id) : $"<{id}>";

    /// <inheritdoc/>
    public void Dispose() => Tokenizer?.Dispose();

    /// <summary>Opens a shard of the dataset in the version that the run was planned with.</summary>
    public async Task<Shard> OpenShardAsync(int shard, CancellationToken cancellationToken)
    {
        var reference = Manifest!.Shards[shard];
        return await Shard.OpenAsync(await InputAsync(reference, cancellationToken), reference, cancellationToken);
    }

    /// <summary>The run as exports see it.</summary>
    public ExportRun ToExport() => new()
    {
        Files = Files,
        Dataset = Description.Dataset,
        RunId = RunId,
        Tokens = Manifest is null ? null : new ShardTokenIds([.. Manifest.Shards.Select(shard => (shard.Tokens, Opener(shard)))]),
        TokenText = Tokenizer is null ? null : id => Text(id),
        Vocabulary = Tokenizer is null ? 0 : Tokenizer.Tokens.Keys.Max() + 1,
    };

    private Func<CancellationToken, ValueTask<SafetensorsFile>> Opener(ShardReference shard) =>
        async cancellationToken => await SafetensorsFile.OpenAsync(await InputAsync(shard, cancellationToken), cancellationToken);

    private async Task<AppFile> InputAsync(ShardReference shard, CancellationToken cancellationToken)
    {
        var path = $"activations/{Description.Dataset}/{shard.Path}";
        return await App.FindInputAsync(RunId, path, cancellationToken)
            ?? throw new CliException($"{path}: has changed since {RunId}, or is gone; run the recipe over the dataset again.");
    }

    private static async Task<DatasetManifest?> ManifestAsync(AppClient app, RunDescription run, CancellationToken cancellationToken)
    {
        var path = $"activations/{run.Dataset}/{DatasetManifest.FileName}";
        return await app.FindInputAsync(run.RunId, path, cancellationToken) is { } file
            ? DatasetManifest.Parse(await file.ReadAllAsync(MostBytes, cancellationToken), path)
            : null;
    }

    private static async Task<TextTokenizer?> TokenizerAsync(
        AppClient app, string runId, string tokenizer, CancellationToken cancellationToken)
    {
        var files = new AppTokenizerFiles(app, runId, tokenizer);
        if (files.Name.Length == 0)
        {
            return null;
        }

        var isThere = await files.HasAsync(TokenizerFileList.Tokenizer, cancellationToken);
        if (!isThere)
        {
            foreach (var name in TokenizerFileList.Older)
            {
                if (!await files.HasAsync(name, cancellationToken))
                {
                    return null;
                }
            }
        }

        return await TextTokenizer.LoadAsync(files, cancellationToken);
    }
}
