using AeServerless.Functions.Runs;

namespace AeServerless.Functions.Http;

/// <summary>A request to the HTTP API that can't be answered.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="failure">The reason.</param>
public sealed class RequestException(int status, Failure failure) : Exception(failure.ToString())
{
    /// <summary>The HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>The reason.</summary>
    public Failure Failure { get; } = failure;
}
