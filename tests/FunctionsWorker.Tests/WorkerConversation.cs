using AeServerless.FunctionsWorker.Tests.Protocol;
using Grpc.Core;

namespace AeServerless.FunctionsWorker.Tests;

/// <summary>Speaks with one worker: takes its greeting, tells it to begin, asks for its functions.</summary>
internal sealed class WorkerConversation(string appFolder) : FunctionRpc.FunctionRpcBase
{
    private readonly TaskCompletionSource<WorkerStart> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<WorkerStart> Started => _started.Task;

    public override async Task EventStream(
        IAsyncStreamReader<StreamingMessage> requestStream, IServerStreamWriter<StreamingMessage> responseStream, ServerCallContext context)
    {
        try
        {
            var greeting = await NextAsync(StreamingMessage.ContentOneofCase.StartStream);
            await SendAsync(
                new()
                {
                    WorkerInitRequest = new() { HostVersion = "4.1037.0", FunctionAppDirectory = appFolder, WorkerDirectory = appFolder },
                });
            var init = await NextAsync(StreamingMessage.ContentOneofCase.WorkerInitResponse);
            await SendAsync(new() { FunctionsMetadataRequest = new() { FunctionAppDirectory = appFolder } });
            var functions = await NextAsync(StreamingMessage.ContentOneofCase.FunctionMetadataResponse);
            _started.TrySetResult(new(greeting.StartStream.WorkerId, init.WorkerInitResponse, functions.FunctionMetadataResponse));
            await SendAsync(new() { WorkerTerminate = new() });
        }
        catch (Exception error)
        {
            _started.TrySetException(error);
        }

        Task SendAsync(StreamingMessage message)
        {
            message.RequestId = $"{Guid.NewGuid()}";
            return responseStream.WriteAsync(message, context.CancellationToken);
        }

        // Between answers a worker logs.
        async Task<StreamingMessage> NextAsync(StreamingMessage.ContentOneofCase kind)
        {
            while (await requestStream.MoveNext(context.CancellationToken))
            {
                if (requestStream.Current.ContentCase == kind)
                {
                    return requestStream.Current;
                }
            }

            throw new InvalidOperationException($"The worker ended the stream before it sent {kind}.");
        }
    }
}
