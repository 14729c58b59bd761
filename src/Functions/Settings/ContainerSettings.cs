namespace AeServerless.Functions.Settings;

/// <summary>Names of the containers. Paths in manifests and recipes use the default names, whatever the containers are called.</summary>
public sealed record ContainerSettings
{
    /// <summary>The container of activation datasets, which is fixed: the upload trigger names it.</summary>
    public const string Activations = "activations";

    /// <summary>The container of language models.</summary>
    public string Models { get; init; } = "models";

    /// <summary>The container of autoencoders.</summary>
    public string Autoencoders { get; init; } = "autoencoders";

    /// <summary>The container of recipes.</summary>
    public string Recipes { get; init; } = "recipes";

    /// <summary>The container of results.</summary>
    public string Results { get; init; } = "results";
}
