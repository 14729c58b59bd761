using AeServerless.Engine.Runtime;
using AeServerless.Functions.Chunks;
using AeServerless.Functions.Cleanup;
using AeServerless.Functions.Merging;
using AeServerless.Functions.Planning;
using AeServerless.Functions.Provenance;
using AeServerless.Functions.Recipes;
using AeServerless.Functions.Runs;
using AeServerless.Functions.Settings;
using AeServerless.Functions.Storage;
using AeServerless.Functions.Verification;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace AeServerless.Functions;

/// <summary>The services of the function app.</summary>
public static class AppServices
{
    /// <summary>Adds everything that the functions need.</summary>
    /// <exception cref="InvalidSettingsException">A setting is missing or has a value that can't be used.</exception>
    public static void AddAeServerless(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var settings = SettingsReader.Read(builder.Configuration);
        FunctionCoverage.Check(builder.Configuration);
        builder.Services.AddSingleton(settings);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(BlobConnection.Create(settings.Storage));
        builder.Services.AddSingleton<InputStore>();
        builder.Services.AddSingleton<ResultStore>();
        builder.Services.AddSingleton<RecipeStore>();
        builder.Services.AddSingleton<RunInputs>();
        builder.Services.AddSingleton<RunStarter>();
        builder.Services.AddSingleton<RunCatalog>();
        builder.Services.AddSingleton<Http.HealthCheck>();
        builder.Services.AddSingleton<RunDocuments>();
        builder.Services.AddSingleton<PlanBasisReader>();
        builder.Services.AddSingleton<RunPlanner>();
        builder.Services.AddSingleton(new EngineContext(new EngineOptions
        {
            Threads = settings.EngineThreads,
            Device = settings.EngineDevice == Settings.EngineDevice.Cuda ? Engine.Runtime.EngineDevice.Cuda : Engine.Runtime.EngineDevice.Cpu,
        }));
        builder.Services.AddSingleton<ComputationPool>();
        builder.Services.AddSingleton<ChunkWorker>();
        builder.Services.AddSingleton<MergeWorker>();
        builder.Services.AddSingleton<StoredResults>();
        builder.Services.AddSingleton<RunResultsWriter>();
        builder.Services.AddSingleton<LatestRuns>();
        builder.Services.AddSingleton<ProvenanceWriter>();
        builder.Services.AddSingleton<ResultCleaner>();
        builder.Services.AddSingleton<ChunkVerifier>();
        builder.Services.AddSingleton<FileVerifier>();
        builder.Services.AddTelemetry(builder.Configuration);
    }
}
