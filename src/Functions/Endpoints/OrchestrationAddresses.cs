using AeServerless.Contracts;

namespace AeServerless.Functions.Endpoints;

/// <summary>Makes the addresses of an orchestration that answers carry.</summary>
public static class OrchestrationAddresses
{
    private const string KeyParameter = "code=";

    /// <summary>The addresses as the caller knows the host.</summary>
    public static async Task<OrchestrationUrls> CreateAsync(DurableTaskClient client, string instanceId, FunctionContext context)
    {
        var urls = client.CreateHttpManagementPayload(instanceId, await context.GetHttpRequestDataAsync());
        return new OrchestrationUrls(
            urls.Id,
            WithoutKey(urls.StatusQueryGetUri),
            WithoutKey(urls.SendEventPostUri),
            WithoutKey(urls.TerminatePostUri),
            WithoutKey(urls.RewindPostUri),
            WithoutKey(urls.PurgeHistoryDeleteUri),
            WithoutKey(urls.RestartPostUri),
            WithoutKey(urls.SuspendPostUri),
            WithoutKey(urls.ResumePostUri));
    }

    /// <summary>An address without the key in its query.</summary>
    public static string? WithoutKey(string? address)
    {
        if (address?.Split('?', 2) is not [var path, var query])
        {
            return address;
        }

        var kept = string.Join('&', query.Split('&').Where(part => !part.StartsWith(KeyParameter, StringComparison.OrdinalIgnoreCase)));
        return kept.Length == 0 ? path : $"{path}?{kept}";
    }
}
