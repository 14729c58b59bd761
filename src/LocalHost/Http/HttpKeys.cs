using Microsoft.AspNetCore.Http;

namespace AeServerless.LocalHost.Http;

/// <summary>The key that a request carries.</summary>
internal static class HttpKeys
{
    public const string Header = "x-functions-key";
    private const string Query = "code";

    public static string? Of(HttpRequest request) =>
        request.Headers.TryGetValue(Header, out var header) ? header.ToString() : request.Query.TryGetValue(Query, out var code) ? code.ToString() : null;
}
