using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AeServerless.FunctionsWorker.Tests;

/// <summary>As much of a Functions host as a worker has to do with until its functions are known.</summary>
internal sealed class RpcHost : IAsyncDisposable
{
    private readonly WebApplication _application;

    private RpcHost(WebApplication application) => _application = application;

    /// <summary>The largest message either side sends, as the real host has it.</summary>
    public const int LargestMessage = int.MaxValue;

    public Uri Address =>
        new(_application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    /// <summary>What the worker said of itself.</summary>
    public Task<WorkerStart> Started => _application.Services.GetRequiredService<WorkerConversation>().Started;

    /// <summary>Listens for the worker of an app in a folder.</summary>
    public static async Task<RpcHost> StartAsync(string appFolder, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(
            kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc(grpc => (grpc.MaxReceiveMessageSize, grpc.MaxSendMessageSize) = (LargestMessage, LargestMessage));
        builder.Services.AddSingleton(new WorkerConversation(appFolder));
        var application = builder.Build();
        application.MapGrpcService<WorkerConversation>();
        await application.StartAsync(cancellationToken);
        return new RpcHost(application);
    }

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }
}
