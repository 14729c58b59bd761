namespace AeServerless.EmbeddedHost;

/// <summary>Makes a method a function of the app, under a name that is unique in it (case is ignored).</summary>
/// <param name="name">The function's name.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FunctionAttribute(string name) : Attribute
{
    /// <summary>The function's name.</summary>
    public string Name { get; } = name;
}
