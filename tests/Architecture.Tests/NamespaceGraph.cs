using Mono.Cecil;
using Mono.Cecil.Cil;

namespace AeServerless.Architecture.Tests;

/// <summary>Which namespaces of an assembly use which others of it, as the compiled code says: signatures, bodies and attributes.</summary>
internal sealed class NamespaceGraph
{
    private readonly Dictionary<string, SortedDictionary<string, SortedSet<string>>> _uses = [];

    private NamespaceGraph()
    {
    }

    public static NamespaceGraph Read(string assembly)
    {
        var graph = new NamespaceGraph();
        using var module = ModuleDefinition.ReadModule(assembly);
        foreach (var type in module.GetTypes().Where(type => NamespaceOf(type).Length > 0))
        {
            foreach (var used in UsedBy(type).SelectMany(Parts).Where(used => used.Scope == module))
            {
                graph.Add(type, used);
            }
        }

        return graph;
    }

    /// <summary>Cycles, each with the types that close it; empty where every arrow runs one way.</summary>
    public IEnumerable<string> Cycles()
    {
        foreach (var from in _uses.Keys.Order(StringComparer.Ordinal))
        {
            foreach (var (to, types) in _uses[from])
            {
                if (Reaches(to, from, []))
                {
                    yield return $"{from} -> {to}, which leads back: {string.Join(", ", types)}";
                }
            }
        }
    }

    private static IEnumerable<TypeReference> UsedBy(TypeDefinition type)
    {
        IEnumerable<TypeReference?> own =
        [
            type.BaseType,
            .. type.Interfaces.Select(item => item.InterfaceType),
            .. type.Fields.Select(field => field.FieldType),
            .. type.Properties.Select(property => property.PropertyType),
            .. type.Events.Select(item => item.EventType),
            .. type.GenericParameters.SelectMany(Constraints),
            .. type.CustomAttributes.Select(attribute => attribute.AttributeType),
        ];
        return own.Concat(type.Methods.SelectMany(UsedBy)).OfType<TypeReference>();
    }

    private static IEnumerable<TypeReference?> UsedBy(MethodDefinition method)
    {
        IEnumerable<TypeReference?> signature =
        [
            method.ReturnType,
            .. method.Parameters.Select(parameter => parameter.ParameterType),
            .. method.GenericParameters.SelectMany(Constraints),
        ];
        return method.HasBody
            ? signature.Concat(method.Body.Variables.Select(variable => variable.VariableType))
                .Concat(method.Body.ExceptionHandlers.Select(handler => handler.CatchType))
                .Concat(method.Body.Instructions.SelectMany(UsedBy))
            : signature;
    }

    private static IEnumerable<TypeReference?> UsedBy(Instruction instruction) => instruction.Operand switch
    {
        TypeReference type => [type],
        FieldReference field => [field.DeclaringType, field.FieldType],
        GenericInstanceMethod method => [method.DeclaringType, method.ReturnType, .. method.GenericArguments],
        MethodReference method =>
            [method.DeclaringType, method.ReturnType, .. method.Parameters.Select(parameter => parameter.ParameterType)],
        _ => [],
    };

    private static IEnumerable<TypeReference?> Constraints(GenericParameter parameter) =>
        parameter.Constraints.Select(constraint => constraint.ConstraintType);

    /// <summary>The types that a type is made of: those of arrays, pointers and generic arguments.</summary>
    private static IEnumerable<TypeReference> Parts(TypeReference type) => type switch
    {
        GenericInstanceType generic => [.. Parts(generic.ElementType), .. generic.GenericArguments.SelectMany(Parts)],
        FunctionPointerType function =>
            [.. Parts(function.ReturnType), .. function.Parameters.SelectMany(parameter => Parts(parameter.ParameterType))],
        TypeSpecification specification => Parts(specification.ElementType),
        GenericParameter => [],
        _ => [type],
    };

    private static string NamespaceOf(TypeReference type) => type.DeclaringType is { } outer ? NamespaceOf(outer) : type.Namespace;

    private static string NameOf(TypeReference type) => type.DeclaringType is { } outer ? NameOf(outer) : type.Name;

    private void Add(TypeReference type, TypeReference used)
    {
        var (from, to) = (NamespaceOf(type), NamespaceOf(used));
        if (from == to || to.Length == 0)
        {
            return;
        }

        _uses.TryAdd(from, []);
        _uses[from].TryAdd(to, []);
        _uses[from][to].Add($"{NameOf(type)} uses {NameOf(used)}");
    }

    private bool Reaches(string from, string target, HashSet<string> visited) =>
        from == target
        || (visited.Add(from) && _uses.TryGetValue(from, out var uses) && uses.Keys.Any(next => Reaches(next, target, visited)));
}
