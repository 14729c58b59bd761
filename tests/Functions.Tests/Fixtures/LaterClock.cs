using Azure.Core.Pipeline;
using Azure.Storage.Blobs;

namespace AeServerless.Functions.Tests.Fixtures;

/// <summary>
/// Storage whose clock is a minute ahead of its blobs: what was written just now was written before. Storage counts time in seconds, and a
/// test need not wait for the next one.
/// </summary>
internal sealed class LaterClock : DelegatingHandler
{
    private LaterClock()
        : base(new SocketsHttpHandler())
    {
    }

    public static BlobServiceClient Of(string connectionString) => new(
        connectionString, new BlobClientOptions { Transport = new HttpClientTransport(new HttpClient(new LaterClock())) });

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        response.Headers.Date = response.Headers.Date?.AddMinutes(1);
        return response;
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = base.Send(request, cancellationToken);
        response.Headers.Date = response.Headers.Date?.AddMinutes(1);
        return response;
    }
}
