namespace AeServerless.EmbeddedHost.Orchestrations.Execution;

/// <summary>A task that an orchestrator holds until its answer arrives.</summary>
/// <param name="Name">What was called; empty for a timer.</param>
/// <param name="Complete">Ends it with a result.</param>
/// <param name="Fail">Ends it with an exception.</param>
internal sealed record OpenTask(string Name, Action<string?> Complete, Action<Exception> Fail);
