using AeServerless.FunctionsWorker.Tests.Protocol;

namespace AeServerless.FunctionsWorker.Tests;

/// <summary>What a worker says at its start.</summary>
/// <param name="WorkerId">The id that it was given.</param>
/// <param name="Init">Its version and capabilities.</param>
/// <param name="Functions">Its functions.</param>
internal sealed record WorkerStart(string WorkerId, WorkerInitResponse Init, FunctionMetadataResponse Functions);
