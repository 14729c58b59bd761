using System.Reflection;

namespace AeServerless.EmbeddedHost.Functions;

/// <summary>A function that was found in the app.</summary>
/// <param name="name">Its name.</param>
/// <param name="kind">What starts it.</param>
/// <param name="method">Its method.</param>
/// <param name="trigger">The attribute that starts it.</param>
/// <param name="triggerParameter">The parameter that has the attribute.</param>
internal sealed class FunctionDescriptor(string name, FunctionKind kind, MethodInfo method, Attribute trigger, ParameterInfo triggerParameter)
    : FunctionDefinition
{
    public override string Name => name;

    public override string EntryPoint => $"{method.DeclaringType?.FullName}.{method.Name}";

    public FunctionKind Kind => kind;

    public MethodInfo Method => method;

    public Attribute Trigger => trigger;

    public ParameterInfo TriggerParameter => triggerParameter;

    public ParameterInfo[] Parameters { get; } = method.GetParameters();
}
