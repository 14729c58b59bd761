namespace AeServerless.LocalHost.Management;

internal static class ManagementRoutes
{
    public const string Instances = "/runtime/webhooks/durabletask/instances";
}
