using AeServerless.LocalHost.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AeServerless.LocalHost.Hosting;

/// <summary>
/// Builds a function app that hosts itself in this process, without a Functions host: HTTP, triggers and the durable engine. Its
/// configuration is <c>host.json</c> and <c>local.settings.json</c> beside the app, then environment variables, then the command line, each
/// over the one before.
/// </summary>
public sealed class LocalHostBuilder : IHostApplicationBuilder
{
    private const string DefaultAddress = "http://127.0.0.1:7071";
    private const int MaxRequestHeadersBytes = 16 * 1024;
    private const int MaxRequestHeaders = 64;
    private static readonly TimeSpan HttpShutdownTimeout = TimeSpan.FromSeconds(5);
    private readonly WebApplicationBuilder _inner;
    private HostConfigurationException? _configurationError;

    /// <summary>Reads the configuration.</summary>
    /// <param name="args">The command line: <c>--urls</c> sets the address, <c>--role</c> is <c>all</c>, <c>control</c> or
    /// <c>worker</c>.</param>
    public LocalHostBuilder(string[] args)
    {
        _inner = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        try
        {
            AppConfiguration.AddFiles(_inner.Configuration, AppContext.BaseDirectory);
        }
        catch (HostConfigurationException e)
        {
            // Told as the others are: by the host, when it is to start.
            _configurationError = e;
        }

        _inner.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            console.UseUtcTimestamp = true;
        });

        // These log addresses with their query, which may hold a key.
        _inner.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        _inner.Logging.AddFilter("Azure", LogLevel.Warning);
        _inner.Logging.AddFilter("DurableTask", LogLevel.Warning);
        _inner.Logging.AddFilter("Microsoft.DurableTask", LogLevel.Warning);
        _inner.Services.Configure<HostOptions>(host => host.ShutdownTimeout = HttpShutdownTimeout);
        _inner.Services.AddOptions<LocalHostOptions>();
        _inner.Services.AddLocalHost();
    }

    /// <inheritdoc/>
    public IDictionary<object, object> Properties => ((IHostApplicationBuilder)_inner).Properties;

    /// <inheritdoc cref="IHostApplicationBuilder.Configuration"/>
    public ConfigurationManager Configuration => _inner.Configuration;

    /// <inheritdoc/>
    public IHostEnvironment Environment => _inner.Environment;

    /// <inheritdoc/>
    public ILoggingBuilder Logging => _inner.Logging;

    /// <inheritdoc/>
    public IMetricsBuilder Metrics => _inner.Metrics;

    /// <inheritdoc/>
    public IServiceCollection Services => _inner.Services;

    IConfigurationManager IHostApplicationBuilder.Configuration => Configuration;

    /// <summary>
    /// Builds the host. Once started it waits for storage, then listens, watches blobs and timers, and runs orchestrations and activities.
    /// </summary>
    /// <returns>The host.</returns>
    public IHost Build()
    {
        if (string.IsNullOrEmpty(Configuration[WebHostDefaults.ServerUrlsKey]))
        {
            _inner.WebHost.UseUrls(DefaultAddress);
        }

        var settings = new HostSettings();
        try
        {
            settings = HostSettings.Read(Configuration);
        }
        catch (HostConfigurationException e)
        {
            _configurationError ??= e;
        }

        _inner.Services.AddSingleton(settings);
        _inner.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestHeadersTotalSize = MaxRequestHeadersBytes;
            kestrel.Limits.MaxRequestHeaderCount = MaxRequestHeaders;
            kestrel.Limits.MaxRequestBodySize = settings.MaxRequestBody;
        });
        if (settings.Role == HostRole.Worker)
        {
            _inner.Services.AddSingleton<IServer, NoServer>();
        }

        return new HttpHost(_inner.Build(), _configurationError);
    }

    /// <inheritdoc/>
    public void ConfigureContainer<TContainerBuilder>(
        IServiceProviderFactory<TContainerBuilder> factory, Action<TContainerBuilder>? configure = null)
        where TContainerBuilder : notnull => ((IHostApplicationBuilder)_inner).ConfigureContainer(factory, configure);

    /// <summary>The web server of a worker, which listens on no port.</summary>
    private sealed class NoServer : IServer
    {
        public IFeatureCollection Features { get; } = new FeatureCollection();

        public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
            where TContext : notnull => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
        }
    }
}
