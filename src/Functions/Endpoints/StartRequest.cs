using System.Text;
using System.Text.Json;
using AeServerless.Contracts;
using AeServerless.Engine;
using AeServerless.Engine.Datasets;
using AeServerless.Engine.Recipes;
using Microsoft.AspNetCore.Http;

namespace AeServerless.Functions.Endpoints;

/// <summary>
/// The body of a request for a run: <c>{ "dataset": "name", "recipe": "name" }</c>, or with the recipe itself in the name's place.
/// </summary>
/// <param name="Dataset">The dataset's name.</param>
/// <param name="RecipeName">The recipe's name; empty where it is inline and has none.</param>
/// <param name="Recipe">The recipe, where it is inline.</param>
public sealed record StartRequest(string Dataset, string RecipeName, Recipe? Recipe)
{
    private const string Subject = "request body";
    private const int MaxBytes = Engine.Recipes.Recipe.MaxBytes + 4_096;
    private const int BlockBytes = 16 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Reads the body of a request.</summary>
    /// <exception cref="InvalidInputException">It is not JSON, or a field is missing, unknown or wrong.</exception>
    /// <exception cref="RequestException">It is too large.</exception>
    public static async Task<StartRequest> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        var block = new byte[BlockBytes];
        for (int count; (count = await request.Body.ReadAsync(block, cancellationToken)) > 0;)
        {
            if (body.Length + count > MaxBytes)
            {
                // Read to its end: a client that is still sending would see its connection break in the place of the answer.
                while (await request.Body.ReadAsync(block, cancellationToken) > 0)
                {
                }

                throw new RequestException(StatusCodes.Status413PayloadTooLarge, new Failure(Subject, $"is larger than {MaxBytes} bytes"));
            }

            body.Write(block, 0, count);
        }

        return Parse(body.GetBuffer().AsMemory(0, (int)body.Length));
    }

    /// <summary>Parses the body of a request.</summary>
    /// <exception cref="InvalidInputException">It is not JSON, or a field is missing, unknown or wrong.</exception>
    public static StartRequest Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            return Read(document.RootElement);
        }
        catch (InvalidOperationException)
        {
            // What JsonElement throws for text with bytes that are not UTF-8 or with half a surrogate pair.
            throw new InvalidInputException(Subject, "has text that is not valid Unicode");
        }
        catch (JsonException error)
        {
            throw InvalidInputException.NotJson(Subject, error);
        }
    }

    private static StartRequest Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidInputException(Subject, "must be an object like { \"dataset\": \"name\", \"recipe\": \"name\" }");
        }

        string? dataset = null;
        var recipe = default(JsonElement);
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
                    throw new InvalidInputException(
                        Subject, $"has the unknown field {JsonSerializer.Serialize(field.Name)}; the known fields are dataset, recipe");
            }
        }

        DatasetName.Validate(dataset ?? throw new InvalidInputException($"{Subject} $.dataset", "must be the name of a dataset"));
        return recipe.ValueKind switch
        {
            JsonValueKind.String => new StartRequest(dataset, recipe.GetString()!, null),
            JsonValueKind.Object => Inline(dataset, Engine.Recipes.Recipe.Parse(Encoding.UTF8.GetBytes(recipe.GetRawText()), "recipe")),
            _ => throw new InvalidInputException($"{Subject} $.recipe", "must be the name of a recipe, or a recipe"),
        };
    }

    private static StartRequest Inline(string dataset, Recipe recipe) => new(dataset, recipe.Name ?? "", recipe);
}
