using AeServerless.TestSupport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AeServerless.Robustness.Tests.Faults;

/// <summary>Stands between a client and Azurite, passes on what it is given byte for byte, and spoils what its plan says.</summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private static readonly string[] Services = ["blob", "queue", "table"];

    private readonly WebApplication _server;
    private readonly HttpMessageInvoker _upstream;
    private readonly CancellationTokenSource _ended;
    private volatile IFaultPlan _plan = NoFaults.Instance;

    private FaultProxy(WebApplication server, HttpMessageInvoker upstream, CancellationTokenSource ended, int[] ports)
    {
        (_server, _upstream, _ended) = (server, upstream, ended);
        ConnectionString = AzuriteProcess.BuildConnectionString(ports[0], ports[1], ports[2]);
    }

    /// <summary>The connection string of the account behind the proxy.</summary>
    public string ConnectionString { get; }

    /// <summary>What decides on the requests from now on.</summary>
    public IFaultPlan Plan
    {
        get => _plan;
        set => _plan = value;
    }

    public static async Task<FaultProxy> StartAsync(AzuriteProcess azurite, CancellationToken cancellationToken)
    {
        int[] targets = [azurite.BlobPort, azurite.QueuePort, azurite.TablePort];
        var ports = FreePort.Take(targets.Length);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(1));
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MaxRequestBodySize = null;
            options.Limits.MinRequestBodyDataRate = null;
            options.Limits.MinResponseDataRate = null;
            foreach (var port in ports)
            {
                options.ListenLocalhost(port, listen => listen.Protocols = HttpProtocols.Http1);
            }
        });

        // As transparent as can be: no cookies, no redirects, no decompression, no tracing headers of its own.
        var upstream = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
        });
        var server = builder.Build();
        var proxy = new FaultProxy(server, upstream, new CancellationTokenSource(), ports);
        server.Run(context =>
        {
            var service = Array.IndexOf(ports, context.Connection.LocalPort);
            return proxy.ForwardAsync(context, Services[service], targets[service]);
        });
        await server.StartAsync(cancellationToken);
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _server.DisposeAsync();
        _upstream.Dispose();
        _ended.Dispose();
    }

    private async Task ForwardAsync(HttpContext context, string service, int port)
    {
        var exchange = new ProxyExchange(context, _upstream, port, _ended.Token);
        try
        {
            await exchange.RunAsync(_plan.Decide(exchange.Describe(service)));
        }
        catch (Exception error) when (error is IOException or HttpRequestException or OperationCanceledException)
        {
            // One of the two sides is gone: the other one learns it in the same way.
            context.Abort();
        }
    }
}
