using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace AeServerless.Functions.Explorer;

/// <summary>Serves the explorer: a page that reads runs through this API, with the function key that its user gives it.</summary>
public sealed class GetExplorer
{
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>GET /api/explore/{path}. Needs no key, as it has nothing but the page's own files.</summary>
    [Function(nameof(GetExplorer))]
    public IResult Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "explore/{*path}")] HttpRequest request,
        string? path)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (string.IsNullOrEmpty(path))
        {
            // The page's files are beside it: its address has to end in a name, whatever a host makes of a slash at the end.
            return TypedResults.Redirect($"{request.PathBase}{request.Path.ToString().TrimEnd('/')}/{ExplorerFiles.Page}");
        }

        if (ExplorerFiles.Find(path) is not { } file)
        {
            return TypedResults.NotFound();
        }

        var headers = request.HttpContext.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.CacheControl = file.CacheControl;
        return TypedResults.Bytes(file.Content, file.ContentType, entityTag: EntityTagHeaderValue.Parse(file.ETag));
    }
}
