using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace AeServerless.Functions.Blobs;

/// <summary>
/// The pipeline ends a request that it retried with an <see cref="AggregateException"/> of all attempts' failures, and one that it sent
/// once and that got no answer with a cancellation. Callers look for a <see cref="RequestFailedException"/>: this policy throws one in the
/// place of both.
/// </summary>
internal sealed class UnwrapRetryFailuresPolicy : HttpPipelinePolicy
{
    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        try
        {
            ProcessNext(message, pipeline);
        }
        catch (Exception error) when (IsOfTheNetwork(error, message))
        {
            throw Failure(error);
        }
    }

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        try
        {
            await ProcessNextAsync(message, pipeline);
        }
        catch (Exception error) when (IsOfTheNetwork(error, message))
        {
            throw Failure(error);
        }
    }

    private static bool IsOfTheNetwork(Exception error, HttpMessage message) =>
        error is AggregateException or OperationCanceledException && !message.CancellationToken.IsCancellationRequested;

    private static RequestFailedException Failure(Exception error) => new(status: 0, error.GetBaseException().Message, error);
}
