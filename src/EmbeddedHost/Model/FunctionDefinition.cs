namespace AeServerless.EmbeddedHost;

/// <summary>What is known of a function.</summary>
public abstract class FunctionDefinition
{
    /// <summary>The function's name.</summary>
    public abstract string Name { get; }

    /// <summary>The method behind it: <c>Namespace.Class.Method</c>.</summary>
    public abstract string EntryPoint { get; }
}
