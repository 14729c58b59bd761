using System.Text.Json;
using DurableTask.Core;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Worker.Shims;
using Microsoft.Extensions.Logging;

namespace AeServerless.LocalHost.Durable;

/// <summary>
/// One orchestrator in the engine. The engine makes it before it knows the parent, so the shim that shows the parent to user code is made
/// once the parent is bound.
/// </summary>
internal sealed class HostedOrchestration(
    DurableTaskShimFactory shims, TaskName name, ITaskOrchestrator orchestrator, ILogger logger) : TaskOrchestration
{
    // Durable Functions' own limit; of twice as much the table that holds it takes none, and the turn fails.
    private const int LongestStatus = 16 * 1024;

    private TaskOrchestration? _shim;

    public void Bind(ParentInstance? parent) => _shim ??= shims.CreateOrchestration(
        name, orchestrator, parent is null ? null : new ParentOrchestrationInstance(parent.Name, parent.OrchestrationInstance.InstanceId));

    public override Task<string> Execute(OrchestrationContext context, string input) => Shim.Execute(context, input);

    public override void RaiseEvent(OrchestrationContext context, string name, string input) => Shim.RaiseEvent(context, name, input);

    public override string GetStatus()
    {
        var status = Shim.GetStatus();
        if (status is null || status.Length <= LongestStatus)
        {
            return status!;
        }

        logger.StatusLeftOut(name.Name, status.Length, LongestStatus);
        return JsonSerializer.Serialize(new { leftOut = $"a custom status of {status.Length} characters: it may have {LongestStatus}" });
    }

    private TaskOrchestration Shim => _shim ?? throw new InvalidOperationException("The orchestration runs before its parent is bound.");
}
