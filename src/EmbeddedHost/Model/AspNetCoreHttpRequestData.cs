using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace AeServerless.EmbeddedHost;

internal sealed class AspNetCoreHttpRequestData(HttpRequest request) : HttpRequestData
{
    public override Uri Url { get; } = new(request.GetEncodedUrl());

    public override string Method { get; } = request.Method;
}
