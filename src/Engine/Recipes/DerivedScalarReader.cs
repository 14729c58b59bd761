using AeServerless.Engine.Json;

namespace AeServerless.Engine.Recipes;

/// <summary>Reads the derived scalars that a recipe asks for.</summary>
internal static class DerivedScalarReader
{
    public static IReadOnlyList<DerivedScalarRequest> ReadAll(JsonField field, IReadOnlyList<string> autoencoders)
    {
        var items = field.Array("a list of derived scalars");
        if (items.Count == 0)
        {
            throw field.Error("must not be empty: it says what to compute");
        }

        var requests = new List<DerivedScalarRequest>(items.Count);
        var names = new HashSet<string>();
        foreach (var item in items)
        {
            foreach (var request in Expand(Read(item, autoencoders), item, autoencoders))
            {
                requests.Add(names.Add(request.Name)
                    ? request
                    : throw item.Error($"a second derived scalar called {request.Name}; give it a \"name\" of its own"));
            }
        }

        return requests;
    }

    /// <summary>A short name means the scalar of each autoencoder.</summary>
    private static IEnumerable<DerivedScalarRequest> Expand(
        DerivedScalarRequest request, JsonField field, IReadOnlyList<string> autoencoders)
    {
        if (!ShortScalars.All.Contains(request.Type))
        {
            return [request];
        }

        if (request.Autoencoder is { } one)
        {
            return [request.Name == request.Type ? request with { Name = ShortScalars.NameOf(one, request.Type) } : request];
        }

        return autoencoders.Count > 0
            ? autoencoders.Select(name => request with { Autoencoder = name, Name = ShortScalars.NameOf(name, request.Name) })
            : throw field.Error($"{request.Type} is of every autoencoder, but the recipe has no autoencoders");
    }

    private static DerivedScalarRequest Read(JsonField field, IReadOnlyList<string> autoencoders)
    {
        if (field.IsString)
        {
            return new DerivedScalarRequest { Type = RecipeValues.Name(field) };
        }

        var fields = field.Object("type", "name", "autoencoder", "layers", "trace", "latents", "tokens", "exclude");
        var request = new DerivedScalarRequest
        {
            Type = RecipeValues.Name(fields.Required("type")),
            Layers = RecipeValues.Layers(fields.Optional("layers")),
            Trace = fields.Optional("trace") is { } trace ? TraceReader.Read(trace) : null,
            Latents = RecipeValues.Indices(fields.Optional("latents"), "a list of latents"),
            Tokens = RecipeValues.Indices(fields.Optional("tokens"), "a list of positions in a sequence"),
            Exclude = fields.Optional("exclude") is { } exclude ? ExclusionReader.Read(exclude) : null,
        };
        if (fields.Optional("autoencoder") is { } autoencoder)
        {
            request = autoencoders.Contains(autoencoder.Text())
                ? request with { Autoencoder = autoencoder.Text() }
                : throw autoencoder.Error(autoencoders.Count == 0
                    ? $"names {autoencoder.Shown()}, but the recipe has no autoencoders"
                    : $"must be one of {JsonField.ListNames(autoencoders)}, not {autoencoder.Shown()}");
        }

        return fields.Optional("name") is { } name ? request with { Name = RecipeValues.Name(name) } : request;
    }
}
