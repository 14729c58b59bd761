using System.Net;
using System.Text.Json;

namespace AeServerless.TestSupport;

/// <summary>An answer of a function app's HTTP API.</summary>
public sealed record AppAnswer(HttpStatusCode Status, string Body)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    /// <summary>Whether what it tells of has ended.</summary>
    public bool IsOver => Status == HttpStatusCode.OK && Text("status") is "completed" or "failed" or "terminated";

    /// <summary>Why a request was refused or a run failed: subject and message as a user reads them.</summary>
    public string? Reason => Text("error") is null ? null : $"{Text("error", "subject")}: {Text("error", "message")}";

    public static async Task<AppAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        new(response.StatusCode, await response.Content.ReadAsStringAsync(cancellationToken));

    /// <summary>The answer, which must have a status.</summary>
    /// <exception cref="HttpRequestException">It has another one.</exception>
    public AppAnswer Expect(HttpStatusCode status) =>
        Status == status ? this : throw new HttpRequestException($"{Status}: {Body}", inner: null, Status);

    /// <summary>A field of the body, in any case, as text.</summary>
    public string? Text(params ReadOnlySpan<string> path)
    {
        if (Body.Length == 0)
        {
            return null;
        }

        var at = Json;
        foreach (var name in path)
        {
            at = at.EnumerateObject().FirstOrDefault(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
            if (at.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
            {
                return null;
            }
        }

        return at.ToString();
    }
}
