using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AeServerless.Robustness.Tests.Faults;

/// <summary>One request on its way through the proxy.</summary>
internal sealed class ProxyExchange(HttpContext context, HttpMessageInvoker upstream, int port, CancellationToken ended)
{
    private const int BlockBytes = 64 * 1024;

    // What belongs to the connection, not to the message.
    private static readonly HashSet<string> HopHeaders = new(
        StringComparer.OrdinalIgnoreCase) { "Connection", "Keep-Alive", "Transfer-Encoding", "Expect" };

    // Undecoded: signatures are over the path as it was sent.
    private readonly string _target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;

    public StorageRequest Describe(string service)
    {
        var account = _target.IndexOf('/', 1);
        return new StorageRequest(service, context.Request.Method, account < 0 ? "" : _target[(account + 1)..]);
    }

    public async Task RunAsync(Fault fault)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, ended);
        switch (fault)
        {
            case Fault.Silence:
                await Task.Delay(Timeout.Infinite, linked.Token);
                break;
            case Fault.ResetInRequest:
                await SwallowHalfAsync(linked.Token);
                context.Abort();
                break;
            case Fault.None or Fault.AnswerLost or Fault.ResetInAnswer or Fault.ShortAnswer:
                await ForwardAsync(fault, linked.Token);
                break;
            default:
                await RefuseAsync(FaultAnswer.Of(fault), linked.Token);
                break;
        }
    }

    private async Task ForwardAsync(Fault fault, CancellationToken cancellationToken)
    {
        using var request = Request();
        using var answer = await upstream.SendAsync(request, cancellationToken);
        if (fault == Fault.AnswerLost)
        {
            // Whatever came back, storage has done its part.
            await answer.Content.CopyToAsync(Stream.Null, cancellationToken);
            context.Abort();
            return;
        }

        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
        {
            if (!HopHeaders.Contains(name))
            {
                context.Response.Headers[name] = values.ToArray();
            }
        }

        if (fault == Fault.None)
        {
            await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
            await body.CopyToAsync(context.Response.Body, BlockBytes, cancellationToken);
        }
        else
        {
            await AnswerHalfAsync(await answer.Content.ReadAsByteArrayAsync(cancellationToken), fault, cancellationToken);
        }
    }

    private HttpRequestMessage Request()
    {
        var address = new Uri(
            $"http://127.0.0.1:{port}{_target}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), address);
        var length = context.Request.ContentLength;
        if (length is not null || context.Request.Headers.TransferEncoding.Count > 0)
        {
            request.Content = new StreamContent(context.Request.Body);
        }

        foreach (var (name, values) in context.Request.Headers)
        {
            if (HopHeaders.Contains(name))
            {
                continue;
            }

            if (!request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }

        return request;
    }

    private async Task AnswerHalfAsync(byte[] body, Fault fault, CancellationToken cancellationToken)
    {
        var half = body.AsMemory(0, body.Length / 2);
        var (declared, announced) = (context.Response.ContentLength is not null, half.Length < body.Length);
        if (fault == Fault.ShortAnswer && declared)
        {
            context.Response.ContentLength = half.Length;
        }

        await context.Response.Body.WriteAsync(half, cancellationToken);
        await context.Response.Body.FlushAsync(cancellationToken);

        // Where a length was announced, ending early breaks the connection, but only once the half has arrived: an abort may overtake it.
        if (fault == Fault.ResetInAnswer && !(declared && announced))
        {
            context.Abort();
        }
    }

    private async Task RefuseAsync(FaultAnswer answer, CancellationToken cancellationToken)
    {
        // A refusal in mid-body would be seen as a reset by a client that is still sending.
        await context.Request.Body.CopyToAsync(Stream.Null, cancellationToken);
        await answer.WriteAsync(context.Response, cancellationToken);
    }

    private async Task SwallowHalfAsync(CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            var left = context.Request.ContentLength / 2 ?? 0;
            while (left > 0)
            {
                var read = await context.Request.Body.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), cancellationToken);
                if (read == 0)
                {
                    return;
                }

                left -= read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
