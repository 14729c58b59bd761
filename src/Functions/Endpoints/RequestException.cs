using AeServerless.Contracts;

namespace AeServerless.Functions.Endpoints;

/// <summary>A request to the HTTP API that can't be answered.</summary>
/// <param name="status">The HTTP status to answer with.</param>
/// <param name="failure">The reason.</param>
public sealed class RequestException(int status, Failure failure) : Exception(failure.ToString())
{
    /// <summary>The HTTP status to answer with.</summary>
    public int Status { get; } = status;

    /// <summary>The reason.</summary>
    public Failure Failure { get; } = failure;
}
