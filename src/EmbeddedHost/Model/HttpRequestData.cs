namespace AeServerless.EmbeddedHost;

/// <summary>A request as <c>CreateHttpManagementPayload</c> takes it: where the caller reached the host.</summary>
public abstract class HttpRequestData
{
    /// <summary>The absolute address of the request.</summary>
    public abstract Uri Url { get; }

    /// <summary>The HTTP method.</summary>
    public abstract string Method { get; }
}
