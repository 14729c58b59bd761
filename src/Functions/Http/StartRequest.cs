using System.Text.Json;
using AeServerless.Engine;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Recipes;
using AeServerless.Functions.Runs;
using Microsoft.AspNetCore.Http;

namespace AeServerless.Functions.Http;

/// <summary>The body of a request for a run: <c>{ "dataset": "name", "recipe": "name" }</c>, or with the recipe itself in the name's place.</summary>
/// <param name="Dataset">The dataset's name.</param>
/// <param name="RecipeName">The recipe's name; empty where it is inline and has none.</param>
/// <param name="Recipe">The recipe, where it is inline.</param>
public sealed record StartRequest(string Dataset, string RecipeName, Recipe? Recipe)
{
    private const string Subject = "request body";
    private const int MaxBytes = Engine.Recipes.Recipe.MaxBytes + 4_096;

    /// <summary>Reads the body of a request.</summary>
    /// <exception cref="InvalidInputException">It is not JSON, or a field is missing, unknown or wrong.</exception>
    /// <exception cref="RequestException">It is too large.</exception>
    public static async Task<StartRequest> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var body = new byte[MaxBytes + 1];
        var length = await request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellationToken);
        return length <= MaxBytes
            ? Parse(body.AsMemory(0, length))
            : throw new RequestException(StatusCodes.Status413PayloadTooLarge, new Failure(Subject, $"is larger than {MaxBytes} bytes"));
    }

    private static StartRequest Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return Read(document.RootElement);
        }
        catch (JsonException error)
        {
            throw new InvalidInputException(Subject, $"is not JSON (line {error.LineNumber + 1}): it must be like {{ \"dataset\": \"name\", \"recipe\": \"name\" }}");
        }
    }

    private static StartRequest Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidInputException(Subject, "must be an object like { \"dataset\": \"name\", \"recipe\": \"name\" }");
        }

        (string? dataset, JsonElement recipe) = (null, default);
        foreach (var field in root.EnumerateObject())
        {
            switch (field.Name)
            {
                case "dataset":
                    dataset = field.Value.ValueKind == JsonValueKind.String ? field.Value.GetString() : null;
                    break;
                case "recipe":
                    recipe = field.Value;
                    break;
                default:
                    throw new InvalidInputException(Subject, $"has the unknown field {JsonSerializer.Serialize(field.Name)}; the known fields are dataset, recipe");
            }
        }

        DatasetName.Validate(dataset ?? throw new InvalidInputException($"{Subject} $.dataset", "must be the name of a dataset"));
        return recipe.ValueKind switch
        {
            JsonValueKind.String => new StartRequest(dataset, recipe.GetString()!, null),
            JsonValueKind.Object => Inline(dataset, Engine.Recipes.Recipe.Parse(System.Text.Encoding.UTF8.GetBytes(recipe.GetRawText()), "recipe")),
            _ => throw new InvalidInputException($"{Subject} $.recipe", "must be the name of a recipe, or a recipe"),
        };
    }

    private static StartRequest Inline(string dataset, Recipe recipe) => new(dataset, recipe.Name ?? "", recipe);
}
