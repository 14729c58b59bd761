namespace AeServerless.EmbeddedHost;

/// <summary>Runs a function for HTTP requests to <c>/api/{route}</c>.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class HttpTriggerAttribute : Attribute
{
    /// <summary>A function for any method, open to callers with the key.</summary>
    public HttpTriggerAttribute()
    {
    }

    /// <summary>A function for the given methods, open to callers with the key.</summary>
    /// <param name="methods">HTTP methods; none means any.</param>
    public HttpTriggerAttribute(params string[] methods) => Methods = methods;

    /// <summary>A function for any method.</summary>
    /// <param name="authLevel">Who may call it.</param>
    public HttpTriggerAttribute(AuthorizationLevel authLevel) => AuthLevel = authLevel;

    /// <summary>A function for the given methods.</summary>
    /// <param name="authLevel">Who may call it.</param>
    /// <param name="methods">HTTP methods; none means any.</param>
    public HttpTriggerAttribute(AuthorizationLevel authLevel, params string[] methods)
    {
        AuthLevel = authLevel;
        Methods = methods;
    }

    /// <summary>The route below <c>/api/</c>, with <c>{parameter}</c>s; by default the function's name.</summary>
    public string? Route { get; set; }

    /// <summary>HTTP methods; null or empty means any.</summary>
    public string[]? Methods { get; }

    /// <summary>Who may call the function. The default is <see cref="AuthorizationLevel.Function"/>.</summary>
    public AuthorizationLevel AuthLevel { get; set; } = AuthorizationLevel.Function;
}
