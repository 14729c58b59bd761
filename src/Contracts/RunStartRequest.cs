using System.Text.Json;

namespace AeServerless.Contracts;

/// <summary>The body of POST /api/runs.</summary>
/// <param name="Dataset">The dataset's name.</param>
/// <param name="Recipe">The name of a recipe in storage as a JSON string, or a recipe itself as an object.</param>
public sealed record RunStartRequest(string Dataset, JsonElement Recipe);
