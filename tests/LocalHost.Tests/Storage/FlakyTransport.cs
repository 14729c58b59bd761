using Azure.Core;
using Azure.Core.Pipeline;

namespace AeServerless.LocalHost.Tests.Storage;

/// <summary>Lets requests through, except that for some the answer is lost: the service has done what was asked.</summary>
internal sealed class FlakyTransport(Func<Request, bool> losesAnswer) : HttpClientTransport
{
    public int Lost { get; private set; }

    public override async ValueTask ProcessAsync(HttpMessage message)
    {
        await base.ProcessAsync(message);
        if (losesAnswer(message.Request))
        {
            Lost++;
            throw new IOException("The connection was reset.");
        }
    }
}
