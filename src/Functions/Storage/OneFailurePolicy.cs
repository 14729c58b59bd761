using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace AeServerless.Functions.Storage;

/// <summary>
/// Makes one failure of the several that a request ends with which was sent again and again: the pipeline throws those as an
/// <see cref="AggregateException"/>, and a request that was sent once and got no answer as a cancellation.
/// </summary>
internal sealed class OneFailurePolicy : HttpPipelinePolicy
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
