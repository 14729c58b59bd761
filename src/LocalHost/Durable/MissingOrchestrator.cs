using Microsoft.DurableTask;

namespace AeServerless.LocalHost.Durable;

/// <summary>Stands in for an orchestrator that this host does not have: its instance fails with the name, and is not retried for ever.</summary>
internal sealed class MissingOrchestrator(string name, IEnumerable<string> known) : ITaskOrchestrator
{
    public Type InputType => typeof(object);

    public Type OutputType => typeof(object);

    public Task<object?> RunAsync(TaskOrchestrationContext context, object? input) => throw new InvalidOperationException(
        $"This host has no orchestrator function '{name}'. It has {string.Join(", ", known.Order(StringComparer.Ordinal))}.");
}
