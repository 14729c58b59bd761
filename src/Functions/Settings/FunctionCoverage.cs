using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace AeServerless.Functions.Settings;

/// <summary>
/// Where two apps share a hub, each disables what the other serves. A durable function that neither serves is waited for without end, so each
/// app checks at start that what it leaves out is what it was told the other one does.
/// </summary>
public static class FunctionCoverage
{
    /// <summary>The setting: names of the functions that another app serves, with commas between them. Empty where one app serves all.</summary>
    public const string Setting = "FunctionsServedElsewhere";

    /// <summary>Names of all functions of the app's code.</summary>
    public static IReadOnlySet<string> All { get; } = Functions().Select(function => function.Name).ToHashSet(StringComparer.Ordinal);

    // A trigger may be disabled at will; an orchestration or activity is asked for by others.
    private static readonly HashSet<string> Durable =
        Functions().Where(function => function.IsDurable).Select(function => function.Name).ToHashSet(StringComparer.Ordinal);

    /// <summary>Checks the settings.</summary>
    /// <exception cref="InvalidSettingsException">A function would be served by no app or by two, or a name is of no function.</exception>
    public static void Check(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var problems = Problems(configuration);
        if (problems.Count > 0)
        {
            throw new InvalidSettingsException(problems);
        }
    }

    private static List<string> Problems(IConfiguration configuration)
    {
        var elsewhere = (configuration[Setting] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var disabled = All.Where(name => IsDisabled(configuration, name)).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. elsewhere.Where(name => !All.Contains(name))
                .Select(name => $"setting {Setting} names \"{name}\", which is no function: it must be of {string.Join(", ", All.Order(StringComparer.Ordinal))}"),
            .. elsewhere.Where(name => All.Contains(name) && !disabled.Contains(name))
                .Select(name => $"setting AzureWebJobs.{name}.Disabled must be \"true\": {Setting} says that another app serves {name}"),
            .. disabled.Where(Durable.Contains).Except(elsewhere).Order(StringComparer.Ordinal)
                .Select(name => $"setting AzureWebJobs.{name}.Disabled is \"true\" and {Setting} does not name {name}: whoever calls it would wait for ever"),
        ];
    }

    private static bool IsDisabled(IConfiguration configuration, string name) =>
        (configuration[$"AzureWebJobs.{name}.Disabled"] ?? configuration[$"AzureWebJobs:{name}:Disabled"])?.ToUpperInvariant() is "TRUE" or "1";

    private static IEnumerable<(string Name, bool IsDurable)> Functions() =>
        from type in typeof(FunctionCoverage).Assembly.GetTypes()
        from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
        let function = method.GetCustomAttribute<FunctionAttribute>()
        where function is not null
        select (function.Name, method.GetParameters().Any(parameter =>
            parameter.IsDefined(typeof(OrchestrationTriggerAttribute)) || parameter.IsDefined(typeof(ActivityTriggerAttribute))));
}
