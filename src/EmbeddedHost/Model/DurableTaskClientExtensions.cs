using AeServerless.EmbeddedHost.DurableTask.Client;
using AeServerless.EmbeddedHost.Management;

namespace AeServerless.EmbeddedHost;

/// <summary>The HTTP side of a <see cref="DurableTaskClient"/>.</summary>
public static class DurableTaskClientExtensions
{
    /// <summary>The addresses at which an instance is managed. They hold a key: give them only to who may manage it.</summary>
    /// <param name="client">The client.</param>
    /// <param name="instanceId">The instance id.</param>
    /// <param name="request">The request being served, so that the addresses begin as the caller knows the host; null for the host's own address.</param>
    /// <returns>The addresses.</returns>
    /// <exception cref="InvalidOperationException">The client is not this host's.</exception>
    public static HttpManagementPayload CreateHttpManagementPayload(this DurableTaskClient client, string instanceId, HttpRequestData? request = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        if (client is not IManagementAddresses addresses)
            throw new InvalidOperationException("Management addresses need the client that the host binds to a [DurableClient] parameter.");

        var authority = request is null ? addresses.BaseAddress : request.Url.GetLeftPart(UriPartial.Authority);
        return new(instanceId, $"{authority}{ManagementRoutes.Instances}/{Uri.EscapeDataString(instanceId)}", addresses.Query);
    }
}
