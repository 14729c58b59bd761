using System.Collections;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace AeServerless.LocalHost.Functions;

/// <summary>What the worker's extensions ask an invocation for: of an HTTP function, its request.</summary>
internal sealed class InvocationFeatures(HttpContext? http) : IInvocationFeatures, IHttpRequestDataFeature
{
    private readonly Dictionary<Type, object> _features = [];

    public void Set<T>(T instance) => _features[typeof(T)] = instance!;

    public T? Get<T>() =>
        _features.TryGetValue(typeof(T), out var feature) ? (T)feature : this is T self && http is not null ? self : default;

    public ValueTask<HttpRequestData?> GetHttpRequestDataAsync(FunctionContext context) =>
        ValueTask.FromResult<HttpRequestData?>(http is null ? null : new AspNetCoreRequestData(context, http.Request));

    public IEnumerator<KeyValuePair<Type, object>> GetEnumerator() => _features.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>An ASP.NET Core request as the worker's own HTTP model has it.</summary>
    private sealed class AspNetCoreRequestData(FunctionContext context, HttpRequest request) : HttpRequestData(context)
    {
        public override Stream Body => request.Body;

        public override HttpHeadersCollection Headers { get; } =
            new(
                request.Headers.Select(
                    header => KeyValuePair.Create<string, IEnumerable<string>>(header.Key, header.Value.OfType<string>())));

        public override IReadOnlyCollection<IHttpCookie> Cookies { get; } =
            [.. request.Cookies.Select(cookie => new HttpCookie(cookie.Key, cookie.Value))];

        public override Uri Url { get; } = new(request.GetEncodedUrl());

        public override IEnumerable<ClaimsIdentity> Identities => request.HttpContext.User.Identities;

        public override string Method => request.Method;

        public override HttpResponseData CreateResponse() =>
            throw new NotSupportedException("HTTP functions return an IResult: the response is ASP.NET Core's.");
    }
}
