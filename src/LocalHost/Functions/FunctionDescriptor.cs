using System.Collections.Immutable;
using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace AeServerless.LocalHost.Functions;

/// <summary>A function that was found in the app.</summary>
/// <param name="name">Its name.</param>
/// <param name="kind">What starts it.</param>
/// <param name="method">Its code.</param>
/// <param name="arguments">
/// The method's parameters, asked for once: hosts that start at the same time in one process may be given different objects at each call.
/// </param>
/// <param name="trigger">The trigger's attribute.</param>
/// <param name="triggerParameter">Which of the parameters has it.</param>
internal sealed class FunctionDescriptor(
    string name, FunctionKind kind, MethodInfo method, ParameterInfo[] arguments, Attribute trigger, ParameterInfo triggerParameter)
    : FunctionDefinition
{
    public override string Name => name;

    public override string Id => name;

    public override string EntryPoint => $"{method.DeclaringType?.FullName}.{method.Name}";

    public override string PathToAssembly => method.Module.FullyQualifiedName;

    public override ImmutableArray<FunctionParameter> Parameters { get; } =
        [.. arguments.Select(parameter => new FunctionParameter(parameter.Name!, parameter.ParameterType))];

    // Bindings are the attributes of the method's parameters, which the host reads as they are.
    public override IImmutableDictionary<string, BindingMetadata> InputBindings { get; } =
        ImmutableDictionary<string, BindingMetadata>.Empty;

    public override IImmutableDictionary<string, BindingMetadata> OutputBindings { get; } =
        ImmutableDictionary<string, BindingMetadata>.Empty;

    public FunctionKind Kind => kind;

    public MethodInfo Method => method;

    public Attribute Trigger => trigger;

    public ParameterInfo TriggerParameter => triggerParameter;

    /// <summary>The parameters as the method has them.</summary>
    public ParameterInfo[] Arguments => arguments;
}

internal enum FunctionKind
{
    Http,
    Blob,
    Timer,
    Orchestrator,
    Activity,
}
