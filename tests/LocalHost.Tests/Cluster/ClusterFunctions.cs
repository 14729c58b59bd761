using System.Collections.Concurrent;
using AeServerless.LocalHost.Settings;
using Microsoft.DurableTask;

namespace AeServerless.LocalHost.Tests.Cluster;

/// <summary>Work that notes which host did it.</summary>
internal sealed class ClusterFunctions(HostSettings host)
{
    public static ConcurrentQueue<(string Hub, string Host, string Work)> Done { get; } = new();

    public static List<(string Host, string Work)> DoneIn(string hub) =>
        [.. Done.Where(done => done.Hub == hub).Select(done => (done.Host, done.Work))];

    [Function(nameof(DoesMuch))]
    public static Task DoesMuch([OrchestrationTrigger] TaskOrchestrationContext context, int activities) =>
        Task.WhenAll(Enumerable.Range(0, activities).Select(i => context.CallActivityAsync(nameof(NotesItsHost), new Work($"{i}", 50))));

    [Function(nameof(DoesOneLong))]
    public static Task DoesOneLong([OrchestrationTrigger] TaskOrchestrationContext context, int milliseconds) =>
        context.CallActivityAsync(nameof(NotesItsHost), new Work("long", milliseconds));

    [Function(nameof(NotesItsHost))]
    public async Task NotesItsHost([ActivityTrigger] Work work, CancellationToken cancellationToken)
    {
        Done.Enqueue((host.HubName, host.HostId, work.Name));
        await Task.Delay(work.Milliseconds, cancellationToken);
    }

    [Function(nameof(OnUpload))]
    public void OnUpload([BlobTrigger("%Container%/{name}")] string text, string name) =>
        Done.Enqueue((host.HubName, host.HostId, $"{name}: {text}"));

    public sealed record Work(string Name, int Milliseconds);
}
