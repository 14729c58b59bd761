using System.Reflection;

namespace AeServerless.EmbeddedHost.Hosting;

/// <summary>What tests replace; an app has no need to.</summary>
internal sealed class EmbeddedHostOptions
{
    /// <summary>Where functions are looked for. The default is all types of the entry assembly.</summary>
    public IReadOnlyCollection<Type> FunctionTypes { get; set; } = Assembly.GetEntryAssembly()?.GetTypes() ?? [];

    /// <summary>Called when the hub is lost. The default ends the process at once.</summary>
    public Action<string> OwnershipLost { get; set; } = static reason => Environment.FailFast(reason);

    /// <summary>Who this process is to other hosts.</summary>
    public Ownership.ProcessIdentity Identity { get; set; } = Ownership.ProcessIdentity.Current;
}
