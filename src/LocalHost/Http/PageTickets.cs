using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AeServerless.LocalHost.Http;

/// <summary>
/// One-time tickets for the key. Whoever has the key asks for a ticket and puts it into the fragment of a page's address, which
/// browsers never send; the page trades it for the key. An address that stays in a history or a log opens nothing once it was used,
/// nor after an hour.
/// </summary>
internal sealed class PageTickets(HostKey key, TimeProvider time)
{
    private const string KeyRoute = "/api/explore/key";
    private const string TicketRoute = "/api/explore/tickets";
    private const int TicketBytes = 32;
    private const int MostTickets = 64;
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _tickets = [];

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost(TicketRoute, (HttpRequest request) =>
            key.Opens(request) ? Results.Json(new { ticket = Issue() }) : Results.Unauthorized());
        endpoints.MapPost(KeyRoute, (TicketRequest request, HttpResponse response) =>
        {
            response.Headers.CacheControl = "no-store";
            return Redeem(request.Ticket) ? Results.Json(new { key = key.Text }) : Results.StatusCode(StatusCodes.Status403Forbidden);
        });
    }

    /// <summary>A new ticket.</summary>
    public string Issue()
    {
        var now = time.GetUtcNow();
        var oldestFirst = _tickets.OrderBy(ticket => ticket.Value).ToArray();
        foreach (var old in oldestFirst.Where((ticket, i) => ticket.Value <= now || i <= oldestFirst.Length - MostTickets))
        {
            _tickets.TryRemove(old);
        }

        var ticket = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TicketBytes));
        _tickets[ticket] = now + Lifetime;
        return ticket;
    }

    /// <summary>Whether a ticket is good; from then on it is not.</summary>
    public bool Redeem(string? ticket) => ticket is not null && _tickets.TryRemove(ticket, out var until) && time.GetUtcNow() < until;

    /// <summary>The body of a request for the key.</summary>
    internal sealed record TicketRequest(string? Ticket);
}
