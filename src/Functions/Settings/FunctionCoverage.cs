using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace AeServerless.Functions.Settings;

/// <summary>
/// Where two apps share a hub, each disables what the other serves. A durable function that neither serves is waited for without end, so
/// each app checks at start that what it leaves out is what it was told the other one does.
/// </summary>
public sealed class FunctionCoverage(IConfiguration configuration) : IValidateOptions<AppSettings>
{
    /// <summary>
    /// The setting: names of the functions that another app serves, with commas between them. Empty where one app serves all.
    /// </summary>
    public const string Setting = "FunctionsServedElsewhere";

    // A trigger may be disabled at will; an orchestration or activity is asked for by others.
    private static readonly HashSet<string> Durable =
        Functions().Where(function => function.IsDurable).Select(function => function.Name).ToHashSet(StringComparer.Ordinal);

    /// <summary>Names of all functions of the app's code.</summary>
    public static IReadOnlySet<string> All { get; } = Functions().Select(function => function.Name).ToHashSet(StringComparer.Ordinal);

    /// <summary>Finds functions that would be served by no app or by two, and names that are of no function.</summary>
    public ValidateOptionsResult Validate(string? name, AppSettings options)
    {
        var problems = Problems();
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private List<string> Problems()
    {
        var elsewhere = (configuration[Setting] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var disabled = All.Where(IsDisabled).ToHashSet(StringComparer.Ordinal);
        var known = string.Join(", ", All.Order(StringComparer.Ordinal));
        return
        [
            .. elsewhere.Where(name => !All.Contains(name))
                .Select(name => $"setting {Setting} names \"{name}\", which is no function: it must be of {known}"),
            .. elsewhere.Where(name => All.Contains(name) && !disabled.Contains(name))
                .Select(name => $"setting AzureWebJobs.{name}.Disabled must be \"true\": {Setting} says that another app serves {name}"),
            .. disabled.Where(Durable.Contains).Except(elsewhere).Order(StringComparer.Ordinal).Select(name =>
                $"setting AzureWebJobs.{name}.Disabled is \"true\" and {Setting} does not name {name}: "
                    + "whoever calls it would wait for ever"),
        ];
    }

    private bool IsDisabled(string name) =>
        (
            configuration[$"AzureWebJobs.{name}.Disabled"]
                ?? configuration[$"AzureWebJobs:{name}:Disabled"])?.ToUpperInvariant() is "TRUE" or "1";

    private static IEnumerable<(string Name, bool IsDurable)> Functions() =>
        from type in typeof(FunctionCoverage).Assembly.GetTypes()
        from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
        let function = method.GetCustomAttribute<FunctionAttribute>()
        where function is not null
        select (function.Name, method.GetParameters().Any(parameter =>
            parameter.IsDefined(typeof(OrchestrationTriggerAttribute)) || parameter.IsDefined(typeof(ActivityTriggerAttribute))));
}
