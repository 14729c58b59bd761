using System.Runtime.InteropServices;
using AeServerless.LocalHost.Http;
using AeServerless.LocalHost.Management;
using AeServerless.LocalHost.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AeServerless.LocalHost.Hosting;

/// <summary>The host: an ASP.NET Core application that listens once storage can be reached.</summary>
internal sealed class HttpHost(WebApplication application, HostConfigurationException? configurationError) : IHost, IAsyncDisposable
{
    private const int ConfigurationErrorExitCode = 1;
    private HostRuntime? _runtime;

    public IServiceProvider Services => application.Services;

    /// <summary>Why the host did not start, if the app's settings or functions are the reason.</summary>
    public HostConfigurationException? ConfigurationError { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        var lifetime = Services.GetRequiredService<IHostApplicationLifetime>();
        try
        {
            if (configurationError is not null)
            {
                throw configurationError;
            }

            await StartPartsAsync(cancellationToken);
        }
        catch (HostConfigurationException e)
        {
            ConfigurationError = e;
            Services.GetRequiredService<ILoggerFactory>().CreateLogger<HttpHost>().StartFailed(e.Message);
            Environment.ExitCode = ConfigurationErrorExitCode;
            lifetime.StopApplication();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Asked to stop while it waited for storage.
            lifetime.StopApplication();
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        if (_runtime is { } runtime)
        {
            _runtime = null;
            await runtime.DrainAsync();
        }

        await application.StopAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await application.DisposeAsync();
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private async Task StartPartsAsync(CancellationToken cancellationToken)
    {
        var logger = Services.GetRequiredService<ILoggerFactory>().CreateLogger<HttpHost>();

        // The application handles signals once it has started; a wait before that must end on them too.
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using (PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel))
        {
            using (PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel))
            {
                var settings = Services.GetRequiredService<HostSettings>();
                if (settings.Role != HostRole.Worker)
                {
                    Services.GetRequiredService<HttpFunctions>().Map(application);
                    Services.GetRequiredService<ManagementApi>().Map(application);
                    Services.GetRequiredService<PageTickets>().Map(application);
                    logger.KeyFile(Services.GetRequiredService<HostKey>().Path);
                }

                var runtime = Services.GetRequiredService<HostRuntime>();
                await runtime.OpenAsync(waiting.Token);
                await StartListeningAsync(waiting.Token);
                await runtime.TakeWorkAsync(waiting.Token);
                _runtime = runtime;
            }
        }

        foreach (var address in Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [])
        {
            // Printed as well: a script that starts the host on port 0 reads it whatever the log level.
            Console.WriteLine($"Listening on {address}");
            logger.Listening(address);
        }

        void Cancel(PosixSignalContext signal)
        {
            signal.Cancel = true;
            waiting.Cancel();
        }
    }

    private async Task StartListeningAsync(CancellationToken cancellationToken)
    {
        try
        {
            await application.StartAsync(cancellationToken);
        }
        catch (IOException e) when (e.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            throw new HostConfigurationException($"{e.Message} Choose another with --urls http://127.0.0.1:PORT; port 0 takes a free one.");
        }
        catch (RoutePatternException e)
        {
            throw new HostConfigurationException($"A function's route is not valid: {e.Message}");
        }
    }
}
