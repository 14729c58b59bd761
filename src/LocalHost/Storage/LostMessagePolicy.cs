using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace AeServerless.LocalHost.Storage;

/// <summary>A message of the engine's that can't be put back or deleted, after all retries, counts as one that is gone.</summary>
/// <remarks>
/// The engine goes on after "gone": storage gives the message out again when its time is over, and what was done already is discarded.
/// After any other failure to put back an orchestration's messages it keeps the orchestration in memory for ever, locked, and does no
/// further turn of it.
/// </remarks>
internal sealed class LostMessagePolicy : HttpPipelinePolicy
{
    private const int NotFound = 404;

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        if (!ChangesOneMessage(message.Request))
        {
            await ProcessNextAsync(message, pipeline);
            return;
        }

        try
        {
            await ProcessNextAsync(message, pipeline);
        }
        catch (Exception fault) when (StorageFaults.IsStorage(fault) && !message.CancellationToken.IsCancellationRequested)
        {
            throw Gone(fault.Message, fault);
        }

        if (message.Response.IsError)
        {
            throw Gone($"{message.Response.Status} {message.Response.ReasonPhrase}", null);
        }
    }

    /// <remarks>The engine makes no request of this kind.</remarks>
    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => ProcessNext(message, pipeline);

    private static bool ChangesOneMessage(Request request) =>
        (request.Method == RequestMethod.Put || request.Method == RequestMethod.Delete)
            && request.Uri.Query.Contains("popreceipt=", StringComparison.OrdinalIgnoreCase);

    private static RequestFailedException Gone(string reason, Exception? fault) =>
        new(NotFound, $"The message can't be reached: {reason}", "MessageNotFound", fault);
}
