using System.Diagnostics;

namespace AeServerless.Cli.Stack;

/// <summary>How a function app is started as a local host.</summary>
internal static class HostProcess
{
    private const string HubSetting = "AzureFunctionsJobHost__extensions__durableTask__hubName";

    /// <summary>A start of the app on a storage account.</summary>
    /// <param name="role"><c>all</c>, <c>control</c> or <c>worker</c>.</param>
    /// <param name="storage">A connection string, or the address of a blob service.</param>
    /// <param name="hub">The task hub; <see langword="null"/> for that of host.json.</param>
    public static ProcessStartInfo Prepare(string role, string storage, string? hub)
    {
        var start = new ProcessStartInfo("dotnet") { ArgumentList = { Repository.FunctionApp, "--role", role } };
        StorageAddress.Apply(storage, start.Environment);
        if (hub is not null)
        {
            start.Environment[HubSetting] = hub;
        }

        return start;
    }
}
