namespace AeServerless.Infra.Tests.Hosts;

/// <summary>What a build of the function app references, and the files that it copies as host.json.</summary>
internal sealed record FunctionsBuild(IReadOnlyList<string> Packages, IReadOnlyList<HostJson> Hosts)
{
    private const string Durable = "Microsoft.Azure.Functions.Worker.Extensions.DurableTask";

    /// <summary>Which package brings a backend to the host. The Azure Storage one is part of the extension itself.</summary>
    private static readonly Dictionary<string, string[]> PackagesOf = new(StringComparer.Ordinal)
    {
        [HostJson.AzureStorage] = [Durable],
        [HostJson.AzureManaged] = [Durable, $"{Durable}.AzureManaged"],
    };

    private IEnumerable<string> DurablePackages => Packages.Where(name => name.StartsWith(Durable, StringComparison.Ordinal));

    public IEnumerable<string> Problems()
    {
        if (Hosts is not [var host])
        {
            return [$"{Hosts.Count} files are copied as host.json, it must be one"];
        }

        return PackagesOf.TryGetValue(host.Backend, out var needed)
            ? Differences.Between($"host.json names the backend {host.Backend}: package", DurablePackages, needed)
            : [$"host.json names the backend '{host.Backend}', which is none of {string.Join(", ", PackagesOf.Keys)}"];
    }
}
