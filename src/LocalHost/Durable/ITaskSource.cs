using Microsoft.DurableTask;

namespace AeServerless.LocalHost.Durable;

/// <summary>The orchestrators and activities that the task hub runs.</summary>
internal interface ITaskSource
{
    /// <summary>Their names, to tell whoever asks for another.</summary>
    IReadOnlyCollection<string> Orchestrators { get; }

    /// <inheritdoc cref="Orchestrators"/>
    IReadOnlyCollection<string> Activities { get; }

    /// <summary>An orchestrator, or <see langword="null"/> where this host has none of that name.</summary>
    ITaskOrchestrator? FindOrchestrator(string name);

    /// <summary>An activity, or <see langword="null"/> where this host has none of that name.</summary>
    ITaskActivity? FindActivity(string name);
}
