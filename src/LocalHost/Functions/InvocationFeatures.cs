using System.Collections;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace AeServerless.LocalHost.Functions;

/// <summary>What the worker's extensions ask an invocation for: of an HTTP function, its request.</summary>
internal sealed class InvocationFeatures(HttpContext? http) : IInvocationFeatures, IHttpRequestDataFeature
{
    private readonly Dictionary<Type, object> _features = [];

    public void Set<T>(T instance) => _features[typeof(T)] = instance!;

    public T? Get<T>() => _features.TryGetValue(typeof(T), out var feature) ? (T)feature : this is T self && http is not null ? self : default;

    public ValueTask<HttpRequestData?> GetHttpRequestDataAsync(FunctionContext context) =>
        ValueTask.FromResult<HttpRequestData?>(http is null ? null : new AspNetCoreRequestData(context, http.Request));

    public IEnumerator<KeyValuePair<Type, object>> GetEnumerator() => _features.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
