using System.Reflection;

namespace AeServerless.LocalHost.Hosting;

/// <summary>What tests replace; an app has no need to.</summary>
internal sealed class LocalHostOptions
{
    /// <summary>Where functions are looked for. The default is all types of the entry assembly.</summary>
    public IReadOnlyCollection<Type> FunctionTypes { get; set; } = Assembly.GetEntryAssembly()?.GetTypes() ?? [];
}
