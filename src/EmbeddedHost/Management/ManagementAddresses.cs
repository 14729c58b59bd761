using AeServerless.EmbeddedHost.Hosting;
using AeServerless.EmbeddedHost.Http;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace AeServerless.EmbeddedHost.Management;

/// <summary>The management addresses of this host, by the address that it really listens on.</summary>
internal sealed class ManagementAddresses(IServer server, HostSettings settings, HostKey key) : IManagementAddresses
{
    public string BaseAddress => Listening.FirstOrDefault()?.TrimEnd('/') ?? throw new InvalidOperationException("The host does not listen yet.");

    public IReadOnlyCollection<string> Listening => [.. server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []];

    public string Query => $"taskHub={settings.HubName}&connection=Storage&code={key.Management}";
}
