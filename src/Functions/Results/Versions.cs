using System.Reflection;

namespace AeServerless.Functions.Results;

/// <summary>Versions that provenance and keys name.</summary>
public static class Versions
{
    /// <summary>Version of the results' meaning and bytes: a new one makes every key new.</summary>
    public const string Results = "4";

    /// <summary>The product's version.</summary>
    public static string Product { get; } =
        typeof(Versions).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
