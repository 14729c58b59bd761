using AeServerless.Engine.Autoencoders;

namespace AeServerless.Engine.Scalars;

/// <summary>One name of a derived scalar, and the autoencoders that it is about.</summary>
/// <param name="Name">The name that recipes use.</param>
/// <param name="NodeType">The node type that the name is specific to; <see langword="null"/> for a default name.</param>
/// <param name="Inputs">The inputs that it is defined for; <see langword="null"/> for all.</param>
internal sealed record ScalarName(string Name, AutoencoderNodeType? NodeType = null, IReadOnlyList<AutoencoderInput>? Inputs = null)
{
    /// <summary>
    /// A default name and one for each node type: <c>autoencoder</c> in the name becomes <c>mlp_autoencoder</c>,
    /// <c>attention_autoencoder</c> and so on.
    /// </summary>
    /// <param name="name">The default name.</param>
    /// <param name="shortName">The name of <see cref="Recipes.ShortScalars"/>; none where another scalar has it.</param>
    public static IReadOnlyList<ScalarName> ByNodeType(string name, string? shortName) =>
    [
        new(name),
        .. Enum.GetValues<AutoencoderNodeType>().Select(nodeType =>
            new ScalarName(name.Replace("autoencoder", nodeType.Prefix(), StringComparison.Ordinal), nodeType)),
        .. shortName is null ? Array.Empty<ScalarName>() : [new(shortName)],
    ];
}
