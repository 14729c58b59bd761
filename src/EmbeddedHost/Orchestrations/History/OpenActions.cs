namespace AeServerless.EmbeddedHost.Orchestrations.History;

/// <summary>What a history leaves to be done.</summary>
internal static class OpenActions
{
    /// <summary>Actions that no arrival answers yet, in order.</summary>
    public static IReadOnlyList<OrchestrationAction> Of(IReadOnlyList<HistoryPage> pages)
    {
        var answered = pages.SelectMany(page => page.Arrivals).Select(arrival => arrival.Answers).OfType<int>().ToHashSet();
        return [.. pages.SelectMany(page => page.Turn?.Actions ?? []).Where(action => !answered.Contains(action.Id))];
    }

    /// <summary>Arrivals that no turn has had yet, in order.</summary>
    public static IReadOnlyList<Arrival> WaitingIn(IReadOnlyList<HistoryPage> pages)
    {
        var lastTurn = pages.Count - 1;
        while (lastTurn >= 0 && pages[lastTurn].Turn is null)
            lastTurn--;
        return [.. pages.Skip(lastTurn + 1).SelectMany(page => page.Arrivals)];
    }
}
