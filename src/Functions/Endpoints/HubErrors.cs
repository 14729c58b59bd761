using AeServerless.Contracts;
using Azure;
using Grpc.Core;

namespace AeServerless.Functions.Endpoints;

/// <summary>Failures of the task hub, which each durable backend throws in its own way.</summary>
internal static class HubErrors
{
    private const string EngineNamespace = "DurableTask";

    /// <summary>What the caller is told: the error's own text can hold addresses and signatures.</summary>
    public static Failure Unreachable { get; } = new("task hub", "can't be reached. Try again; GET /api/health tells when it answers");

    /// <summary>
    /// Whether the durable client failed for want of its hub: under a Functions host the call to it, alone the engine's own storage. What
    /// the app itself asks of storage never comes as one of these.
    /// </summary>
    public static bool IsOfHub(Exception error) => error switch
    {
        RpcException or RequestFailedException => true,
        AggregateException aggregate => aggregate.Flatten().InnerExceptions.All(IsOfHub),
        _ => error.GetType().Namespace?.StartsWith(EngineNamespace, StringComparison.Ordinal) == true,
    };
}
