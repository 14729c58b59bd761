using AeServerless.EmbeddedHost.Activities;
using AeServerless.EmbeddedHost.Blobs;
using AeServerless.EmbeddedHost.DurableTask.Client;
using AeServerless.EmbeddedHost.Functions;
using AeServerless.EmbeddedHost.Http;
using AeServerless.EmbeddedHost.Management;
using AeServerless.EmbeddedHost.Orchestrations;
using AeServerless.EmbeddedHost.Orchestrations.Execution;
using AeServerless.EmbeddedHost.Ownership;
using AeServerless.EmbeddedHost.Storage;
using AeServerless.EmbeddedHost.Timers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AeServerless.EmbeddedHost.Hosting;

/// <summary>The parts of the host and how they fit.</summary>
internal static class HostServices
{
    public static void AddEmbeddedHost(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => HostSettings.Read(provider.GetRequiredService<IConfiguration>()));
        services.AddSingleton<StorageConnections>();
        services.AddSingleton(provider => FunctionCatalog.Find(
            provider.GetRequiredService<IOptions<EmbeddedHostOptions>>().Value.FunctionTypes, provider.GetRequiredService<IConfiguration>()));
        services.AddSingleton<FunctionRunner>();
        services.AddSingleton<HubStorage>();
        AddOrchestrations(services);

        services.AddSingleton(provider => HostKey.Open(provider.GetRequiredService<HostSettings>()));
        services.AddSingleton<HttpFunctions>();
        services.AddSingleton<ManagementAddresses>();
        services.AddSingleton<IManagementAddresses>(provider => provider.GetRequiredService<ManagementAddresses>());
        services.AddSingleton<ManagementApi>();
        services.AddSingleton<BlobTriggers>();
        services.AddSingleton<TimerTriggers>();
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<EmbeddedHostOptions>>().Value;
            return new HubLease(
                provider.GetRequiredService<HubStorage>().Leases,
                provider.GetRequiredService<HostSettings>(),
                options.Identity,
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<HubLease>>())
            {
                Lost = options.OwnershipLost,
            };
        });
        services.AddSingleton<HostRuntime>();
    }

    private static void AddOrchestrations(IServiceCollection services)
    {
        services.AddSingleton<CommitGuard>();
        services.AddSingleton<InstanceChanges>();
        services.AddSingleton<ActivityQueue>();
        services.AddSingleton<ActivityWorkers>();
        services.AddSingleton<DurableTimers>();
        services.AddSingleton<OrchestratorFunctions>();
        services.AddSingleton<OrchestratorStarter>(provider => provider.GetRequiredService<OrchestratorFunctions>().StartAsync);
        services.AddSingleton(provider => new PayloadBlobs(provider.GetRequiredService<HubStorage>().Payloads));
        services.AddSingleton(provider => new InstanceStore(
            provider.GetRequiredService<HubStorage>().Instances,
            provider.GetRequiredService<PayloadBlobs>(),
            provider.GetRequiredService<CommitGuard>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<InstanceStore>>()));
        services.AddSingleton<OrchestrationEngine>();
        services.AddSingleton<DurableTaskClient, HostedDurableTaskClient>();
    }
}
