using Microsoft.AspNetCore.Http;

namespace AeServerless.EmbeddedHost;

/// <summary>The HTTP side of a <see cref="FunctionContext"/>.</summary>
public static class FunctionContextHttpExtensions
{
    internal static readonly object HttpContextKey = new();

    /// <summary>The ASP.NET Core context of the request that the function serves.</summary>
    /// <param name="context">The invocation.</param>
    /// <returns>The context; null if the function was not started by HTTP.</returns>
    public static HttpContext? GetHttpContext(this FunctionContext context) =>
        context.Items.TryGetValue(HttpContextKey, out var value) ? value as HttpContext : null;

    /// <summary>The request that the function serves.</summary>
    /// <param name="context">The invocation.</param>
    /// <returns>The request; null if the function was not started by HTTP.</returns>
    public static ValueTask<HttpRequestData?> GetHttpRequestDataAsync(this FunctionContext context) =>
        ValueTask.FromResult<HttpRequestData?>(context.GetHttpContext() is { } http ? new AspNetCoreHttpRequestData(http.Request) : null);
}
