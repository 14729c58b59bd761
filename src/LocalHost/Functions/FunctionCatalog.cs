using System.Reflection;
using AeServerless.LocalHost.Settings;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;

namespace AeServerless.LocalHost.Functions;

/// <summary>The functions of the app by name; case is ignored.</summary>
internal sealed class FunctionCatalog
{
    private readonly Dictionary<string, FunctionDescriptor> _functions;

    private FunctionCatalog(Dictionary<string, FunctionDescriptor> functions, IReadOnlyList<string> disabled)
    {
        _functions = functions;
        Disabled = disabled;
    }

    public IReadOnlyList<string> Disabled { get; }

    public IReadOnlyCollection<FunctionDescriptor> All => _functions.Values;

    public IEnumerable<FunctionDescriptor> OfKind(FunctionKind kind) => _functions.Values.Where(function => function.Kind == kind);

    public FunctionDescriptor? Find(string name, FunctionKind kind) =>
        _functions.TryGetValue(name, out var function) && function.Kind == kind ? function : null;

    /// <summary>Finds the functions in types, without those that settings disable.</summary>
    /// <exception cref="HostConfigurationException">A function can't be hosted.</exception>
    public static FunctionCatalog Find(IEnumerable<Type> types, IConfiguration configuration)
    {
        var functions = new Dictionary<string, FunctionDescriptor>(StringComparer.OrdinalIgnoreCase);
        var disabled = new List<string>();
        foreach (var method in types.SelectMany(
            type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)))
        {
            if (method.GetCustomAttribute<FunctionAttribute>() is not { } attribute)
            {
                continue;
            }

            var function = Describe(attribute.Name, method);
            if (IsDisabled(attribute.Name, configuration))
            {
                disabled.Add(attribute.Name);
            }
            else if (!functions.TryAdd(function.Name, function))
            {
                throw new HostConfigurationException(
                    $"Two functions are named '{function.Name}': {functions[function.Name].EntryPoint} and {function.EntryPoint}.");
            }
        }

        return new(functions, disabled);
    }

    private static bool IsDisabled(string name, IConfiguration configuration) =>
        (
            configuration[$"AzureWebJobs.{name}.Disabled"]
                ?? configuration[$"AzureWebJobs:{name}:Disabled"])?.ToUpperInvariant() is "TRUE" or "1";

    private static FunctionDescriptor Describe(string name, MethodInfo method)
    {
        var arguments = method.GetParameters();
        var triggers = arguments
            .SelectMany(
                parameter => parameter.GetCustomAttributes().Select(
                    attribute => (Kind: KindOf(attribute), Attribute: attribute, Parameter: parameter)))
            .Where(trigger => trigger.Kind is not null)
            .ToList();
        if (triggers is not [var (kind, attribute, parameter)])
        {
            throw new HostConfigurationException(
                $"Function '{name}' ({method.DeclaringType}.{method.Name}) must have one trigger parameter; it has {triggers.Count}.");
        }

        var given = attribute switch
        {
            OrchestrationTriggerAttribute { Orchestration: { } orchestration } => orchestration,
            ActivityTriggerAttribute { Activity: { } activity } => activity,
            _ => name,
        };
        return new(given, kind!.Value, method, arguments, attribute, parameter);
    }

    private static FunctionKind? KindOf(Attribute attribute) => attribute switch
    {
        HttpTriggerAttribute => FunctionKind.Http,
        BlobTriggerAttribute => FunctionKind.Blob,
        TimerTriggerAttribute => FunctionKind.Timer,
        OrchestrationTriggerAttribute => FunctionKind.Orchestrator,
        ActivityTriggerAttribute => FunctionKind.Activity,
        _ => null,
    };
}
