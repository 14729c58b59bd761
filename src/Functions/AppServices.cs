using AeServerless.Engine.Encoding.Screening;
using AeServerless.Engine.Runtime;
using AeServerless.Functions.Blobs;
using AeServerless.Functions.Chunks;
using AeServerless.Functions.Cleanup;
using AeServerless.Functions.Endpoints;
using AeServerless.Functions.Exporting;
using AeServerless.Functions.Finishing;
using AeServerless.Functions.Merging;
using AeServerless.Functions.Planning;
using AeServerless.Functions.Results;
using AeServerless.Functions.Runs;
using AeServerless.Functions.Settings;
using AeServerless.Functions.Starting;
using AeServerless.Functions.Triggers;
using AeServerless.Functions.Verification;
using AeServerless.Functions.Views;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace AeServerless.Functions;

/// <summary>The services of the function app.</summary>
public static class AppServices
{
    /// <summary>Adds everything that the functions need. Settings are validated when the host starts.</summary>
    public static void AddAeServerless(this IHostApplicationBuilder builder)
    {
        builder.Services.AddAppSettings(builder.Configuration);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(provider => BlobConnection.Create(provider.GetRequiredService<AppSettings>().Storage));
        builder.Services.AddSingleton<InputStore>();
        builder.Services.AddSingleton<ResultStore>();
        builder.Services.AddSingleton<ResultRepository>();
        builder.Services.AddSingleton<RunDocuments>();

        builder.Services.AddSingleton<RecipeStore>();
        builder.Services.AddSingleton<RunInputs>();
        builder.Services.AddSingleton<RunStarter>();
        builder.Services.AddSingleton<RunCatalog>();
        builder.Services.AddSingleton<RequestedRuns>();
        builder.Services.AddSingleton<ChunkTracker>();
        builder.Services.AddSingleton<UploadedDataset>();
        builder.Services.AddSingleton<HealthCheck>();

        builder.Services.AddSingleton<RunBasisReader>();
        builder.Services.AddSingleton<ManifestHashes>();
        builder.Services.AddSingleton<RunPlanner>();
        builder.Services.AddSingleton<ModelCache>();
        builder.Services.AddSingleton(provider => CreateEngine(provider.GetRequiredService<AppSettings>()));
        builder.Services.AddSingleton<ComputationPool>();
        builder.Services.AddSingleton<IIdleMemory>(provider => provider.GetRequiredService<ComputationPool>());
        builder.Services.AddSingleton<ChunkWorker>();
        builder.Services.AddSingleton<MergeWorker>();
        builder.Services.AddSingleton<LogitsWriter>();
        builder.Services.AddSingleton<ViewsWriter>();
        builder.Services.AddSingleton<RunResultsWriter>();
        builder.Services.AddSingleton<RunExporter>();
        builder.Services.AddSingleton<LatestRuns>();
        builder.Services.AddSingleton<ProvenanceWriter>();

        builder.Services.AddSingleton<ResultCleaner>();
        builder.Services.AddSingleton<ChunkVerifier>();
        builder.Services.AddSingleton<FileVerifier>();
        builder.Services.AddTelemetry(builder.Configuration);
    }

    private static EngineContext CreateEngine(AppSettings settings) =>
        new(new EngineOptions
        {
            Threads = settings.EngineThreads,
            Device = settings.EngineDevice,
            CacheFolder = ScreeningCache.UserFolder,
        });
}
