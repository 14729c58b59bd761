using AeServerless.Engine.Recipes;

namespace AeServerless.Functions.Starting;

/// <summary>A recipe in storage.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Recipe">What it says.</param>
public sealed record NamedRecipe(string Name, Recipe Recipe);
