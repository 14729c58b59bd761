namespace AeServerless.Cli.Api;

/// <summary>Opens the explorer of a local host once, without its key.</summary>
/// <param name="Ticket">What the page trades for the key.</param>
internal sealed record PageTicket(string Ticket);
