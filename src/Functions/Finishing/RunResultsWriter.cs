using AeServerless.Engine.Autoencoders;
using AeServerless.Engine.IO;
using AeServerless.Engine.Recipes;
using AeServerless.Engine.Results;
using AeServerless.Engine.Results.Merging;
using AeServerless.Engine.Results.Summary;
using AeServerless.Functions.Blobs;
using AeServerless.Functions.Merging;
using AeServerless.Functions.Planning;
using AeServerless.Functions.Results;
using AeServerless.Functions.Reports;
using AeServerless.Functions.Runs;
using AeServerless.Functions.Views;

namespace AeServerless.Functions.Finishing;

/// <summary>Writes the results that people and tools take from a run.</summary>
public sealed class RunResultsWriter(
    RunDocuments documents,
    RunBasisReader reader,
    InputStore inputs,
    ResultRepository stored,
    ResultStore store,
    ViewsWriter views,
    IIdleMemory idle)
{
    private const int Parallelism = 16;

    // A result of thousands of latents: read whole it takes one request in the place of dozens.
    private const int SmallResultBytes = 16 << 20;

    /// <summary>Writes statistics, summary and what there is for every token under the run's prefix.</summary>
    /// <returns>The files, by name, and the summary.</returns>
    public async Task<(IReadOnlyList<ResultFile> Files, RunSummary Summary)> WriteAsync(
        string runId, RunPlan plan, CancellationToken cancellationToken)
    {
        var basis = await reader.ReadAsync(runId, cancellationToken);
        var sink = store.Sink(RunPaths.Of(runId));
        idle.GiveBack();
        using var tokenizer = await TokenTexts.ReadAsync(basis, inputs, cancellationToken);
        var options = new SummaryOptions
        {
            Dataset = basis.Request.Dataset,
            Recipe = basis.Request.RecipeName.Length > 0 ? basis.Request.RecipeName : null,
            Shards = plan.Shards,
            Published = Published(basis.Plan.Context.Autoencoders),
            Contexts = new ShardContextSource(
                (shard, token) => reader.OpenShardAsync(basis, shard, token),
                tokenizer is null ? null : id => TokenTexts.Of(tokenizer, id)),
        };
        var memory = LargeArrays<byte>.Pool.Rent(SmallResultBytes);
        try
        {
            var merged = await stored.OpenAsync(MergeTree.Root(plan.Groups), cancellationToken, memory);
            var summary = await RunSummaryWriter.WriteAsync(
                merged, options, sink, cancellationToken, meanwhile: async summary =>
                {
                    await WritePerTokenAsync(runId, basis, plan, sink, cancellationToken);
                    var found = await views.WriteAsync(runId, basis, summary, tokenizer, sink, cancellationToken);
                    await WriteReportAsync(summary, found, sink, cancellationToken);
                });
            return (sink.Files, summary);
        }
        finally
        {
            LargeArrays<byte>.Pool.Return(memory);
        }
    }

    // Statistics were merged along the tree. What there is for every token is as large as the dataset: it is copied once, from the chunks.
    private async Task WritePerTokenAsync(
        string runId, RunBasis basis, RunPlan plan, BlobResultSink sink, CancellationToken cancellationToken)
    {
        if ((basis.Plan.Recipe.Outputs & (RecipeOutputs.Tokens | RecipeOutputs.Latents)) != 0)
        {
            await ResultMerger.MergeAsync(
                await ChunksAsync(runId, plan, cancellationToken), sink, cancellationToken, ResultContents.PerToken);
        }
    }

    private static async Task WriteReportAsync(
        RunSummary summary, RunViews views, BlobResultSink sink, CancellationToken cancellationToken)
    {
        await using var report = await sink.CreateAsync(ReportPage.FileName, cancellationToken);
        await report.WriteAsync(ReportPage.Render(summary, views), cancellationToken);
        await report.CompleteAsync(cancellationToken);
    }

    private static IReadOnlyDictionary<AutoencoderKey, PublishedFigures> Published(
        IReadOnlyDictionary<AutoencoderKey, AutoencoderHeader> autoencoders) => autoencoders
        .Where(one => one.Value.PublishedL0 is not null || one.Value.PublishedFvu is not null)
        .ToDictionary(
            one => one.Key, one => new PublishedFigures(one.Value.PublishedL0, one.Value.PublishedFvu, one.Value.Name));

    private async Task<IReadOnlyList<IResultSource>> ChunksAsync(string runId, RunPlan plan, CancellationToken cancellationToken)
    {
        var sources = new List<IResultSource>(plan.Chunks);
        for (var group = 0; group < plan.Groups.Count; group++)
        {
            foreach (var parts in (await documents.GroupAsync(runId, group, cancellationToken)).Results().Chunk(Parallelism))
            {
                sources.AddRange(await Task.WhenAll(parts.Select(part => stored.OpenAsync(part, cancellationToken))));
            }
        }

        return sources;
    }
}
