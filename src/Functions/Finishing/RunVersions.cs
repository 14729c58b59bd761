namespace AeServerless.Functions.Finishing;

/// <summary>Versions that a run was made with.</summary>
/// <param name="Product">The product.</param>
/// <param name="Results">Meaning and bytes of results.</param>
/// <param name="Runtime">The .NET runtime.</param>
public sealed record RunVersions(string Product, string Results, string Runtime);
