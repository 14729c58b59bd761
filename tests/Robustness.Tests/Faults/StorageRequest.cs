namespace AeServerless.Robustness.Tests.Faults;

/// <summary>A request to storage, as those see it that decide on its fate.</summary>
/// <param name="Service">blob, queue or table.</param>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">Path and query below the account, undecoded: <c>results/chunks/ab/….json?comp=…</c>.</param>
internal sealed record StorageRequest(string Service, string Method, string Path)
{
    public bool IsRead => Method is "GET" or "HEAD";
}
