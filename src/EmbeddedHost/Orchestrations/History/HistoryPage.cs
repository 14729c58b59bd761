namespace AeServerless.EmbeddedHost.Orchestrations.History;

/// <summary>What one commit adds to a history.</summary>
/// <param name="Arrivals">What came in.</param>
/// <param name="Turn">
/// The turn over these and all earlier arrivals that no turn has had; null if they only were accepted, as at a start that is due
/// later or while suspended.
/// </param>
internal sealed record HistoryPage(IReadOnlyList<Arrival> Arrivals, Turn? Turn);
