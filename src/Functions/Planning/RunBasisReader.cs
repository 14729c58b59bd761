using AeServerless.Engine;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Planning;
using AeServerless.Functions.Blobs;
using AeServerless.Functions.Runs;
using AeServerless.Models.Running;
using AeServerless.Models.Weights;

namespace AeServerless.Functions.Planning;

/// <summary>Finds out what a run computes, from its request and the headers of its inputs.</summary>
public sealed class RunBasisReader(RunDocuments documents, InputStore store)
{
    private const int Kept = 4;
    private const int KeptShards = 256;

    private readonly RecentCache<string, RunBasis> _recent = new(Kept);

    // A shard has many chunks, and a run over it may be followed by another: its header is read once.
    private readonly RecentCache<(InputBlob, ShardReference, int), Shard> _shards = new(KeptShards);

    /// <summary>What a run computes.</summary>
    /// <exception cref="InvalidInputException">The request can't be done, for a reason that the message names.</exception>
    public Task<RunBasis> ReadAsync(string runId, CancellationToken cancellationToken) =>
        _recent.GetAsync(runId, () => ReadAnewAsync(runId, CancellationToken.None), cancellationToken);

    private async Task<RunBasis> ReadAnewAsync(string runId, CancellationToken cancellationToken)
    {
        var request = await documents.RequestAsync(runId, cancellationToken);
        return await ReadAsync(request, cancellationToken);
    }

    /// <summary>What a request would compute, whether or not it has been written.</summary>
    /// <exception cref="InvalidInputException">The request can't be done, for a reason that the message names.</exception>
    public async Task<RunBasis> ReadAsync(RunRequest request, CancellationToken cancellationToken)
    {
        DatasetName.Validate(request.Dataset);
        var recipe = request.ReadRecipe();
        var inputs = request.Inputs.ToDictionary(input => input.Path, StringComparer.Ordinal);

        var path = InputPaths.Manifest(request.Dataset);
        var blob = RunBasis.Find(inputs, path, "a dataset has a manifest");
        var manifest = DatasetManifest.Parse(await store.ReadAsync(blob, InputPaths.MaxManifestBytes, cancellationToken), path);
        var shard = await OpenAsync(request.Dataset, manifest, inputs, 0, cancellationToken);

        var reader = new PlanContextReader(RunFiles.SourcesOf(inputs, store), RunnableModels.Describe);
        var context = await reader.ReadAsync(request.Dataset, manifest, path, recipe, shard, cancellationToken);
        var plan = DerivationPlan.Create(recipe, context);
        var files = await ModelFilesAsync(request.Dataset, plan, manifest, inputs, cancellationToken);
        return new RunBasis(request, manifest, plan, inputs, files);
    }

    private async Task<IReadOnlyList<string>> ModelFilesAsync(
        string dataset,
        DerivationPlan plan,
        DatasetManifest manifest,
        IReadOnlyDictionary<string, InputBlob> inputs,
        CancellationToken cancellationToken)
    {
        // Weights of a GPT-2 are one file, which the plan itself knows.
        var isRead = !plan.Context.Model.IsGpt2 && WeightFiles.UsedBy(plan).Contains(manifest.Model);
        if (plan.Runs.Count == 0 && !isRead)
        {
            return [];
        }

        RunBasis.Find(inputs, manifest.Model, $"{InputPaths.Manifest(dataset)} names it as the model");
        var files = new InputFiles(InputPaths.Beside(manifest.Model, ""), inputs, store);
        var weights = await WeightFileList.FindAsync(files, cancellationToken);
        return [InputPaths.Config(manifest.Model), .. weights.Files.Select(file => InputPaths.Beside(manifest.Model, file))];
    }

    /// <summary>Opens a shard in the version that the run was planned with.</summary>
    /// <exception cref="InvalidInputException">The shard is missing, has changed, or breaks its format.</exception>
    public Task<Shard> OpenShardAsync(RunBasis basis, int shard, CancellationToken cancellationToken) =>
        OpenAsync(basis.Request.Dataset, basis.Manifest, basis.Inputs, shard, cancellationToken);

    private Task<Shard> OpenAsync(
        string dataset,
        DatasetManifest manifest,
        IReadOnlyDictionary<string, InputBlob> inputs,
        int shard,
        CancellationToken cancellationToken)
    {
        var path = InputPaths.Shard(dataset, manifest.Shards[shard]);
        var blob = RunBasis.Find(inputs, path, $"{InputPaths.Manifest(dataset)} names it");
        return _shards.GetAsync(
            (blob, manifest.Shards[shard], manifest.Layers),
            () => Shard.OpenAsync(store.Open(blob), manifest.Shards[shard], CancellationToken.None, manifest.Layers),
            cancellationToken);
    }
}
