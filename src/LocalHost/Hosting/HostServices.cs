using System.Reflection;
using AeServerless.LocalHost.Blobs;
using AeServerless.LocalHost.Durable;
using AeServerless.LocalHost.Functions;
using AeServerless.LocalHost.Http;
using AeServerless.LocalHost.Management;
using AeServerless.LocalHost.Settings;
using AeServerless.LocalHost.Storage;
using AeServerless.LocalHost.Timers;
using AeServerless.LocalHost.Triggers;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace AeServerless.LocalHost.Hosting;

/// <summary>The parts of the host and how they fit.</summary>
internal static class HostServices
{
    public static void AddLocalHost(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<StorageConnections>();
        services.AddSingleton<HubStorage>();
        services.AddSingleton(provider => FunctionCatalog.Find(
            provider.GetRequiredService<IOptions<LocalHostOptions>>().Value.FunctionTypes, provider.GetRequiredService<IConfiguration>()));
        services.AddSingleton<FunctionRunner>();
        services.AddSingleton<FunctionTasks>();
        services.AddSingleton<ITaskSource>(provider => provider.GetRequiredService<FunctionTasks>());
        services.AddSingleton<TaskHub>();
        services.AddSingleton(provider => provider.GetRequiredService<TaskHub>().Client);
        services.AddSingleton<DurableTaskClient>(provider => provider.GetRequiredService<LocalDurableTaskClient>());

        services.AddSingleton(provider => HostKey.Open(provider.GetRequiredService<HostSettings>()));
        services.AddSingleton<PageTickets>();
        services.AddSingleton<HttpFunctions>();
        services.AddSingleton<ManagementApi>();
        services.AddSingleton<BlobTriggers>();
        services.AddSingleton<TimerTriggers>();
        services.AddSingleton<TriggerLease>();
        services.AddSingleton<TriggerListener>();
        services.AddSingleton<HostRuntime>();
    }
}

/// <summary>What tests replace; an app has no need to.</summary>
internal sealed class LocalHostOptions
{
    /// <summary>Where functions are looked for. The default is all types of the entry assembly.</summary>
    public IReadOnlyCollection<Type> FunctionTypes { get; set; } = Assembly.GetEntryAssembly()?.GetTypes() ?? [];
}
