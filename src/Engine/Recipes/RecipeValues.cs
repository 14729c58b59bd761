using System.Buffers;
using AeServerless.Engine.Json;

namespace AeServerless.Engine.Recipes;

/// <summary>Values that several parts of a recipe have.</summary>
internal static class RecipeValues
{
    /// <summary>The longest name: it becomes part of a blob's name.</summary>
    private const int MaxNameLength = 120;

    private const int MaxPathLength = 900;

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.");

    /// <summary>Layers in ascending order, each once; nothing for all of them.</summary>
    public static IReadOnlyList<int>? Layers(JsonField? field)
    {
        if (field is not { } layers)
        {
            return null;
        }

        if (layers.IsString)
        {
            return layers.Text() == "all" ? null : throw layers.Error($"must be \"all\" or a list of layers, not {layers.Shown()}");
        }

        return Indices(layers, "\"all\" or a list of layers");
    }

    /// <summary>Whole numbers in ascending order, each once; nothing for an absent field.</summary>
    public static IReadOnlyList<int>? Indices(JsonField? field, string what)
    {
        if (field is not { } indices)
        {
            return null;
        }

        var numbers = indices.Array(what).Select(item => item.Integer(0, int.MaxValue)).Distinct().Order().ToList();
        return numbers.Count > 0 ? numbers : throw indices.Error($"must not be empty: leave it out for all, or give {what}");
    }

    /// <summary>A name that can be a segment of a blob's name.</summary>
    public static string Name(JsonField field)
    {
        var name = field.Text();
        return name.Length is > 0 and <= MaxNameLength && name[0] != '.' && !name.AsSpan().ContainsAnyExcept(NameCharacters)
            ? name
            : throw field.Error(
                $"must be 1 to {MaxNameLength} letters, digits, '_', '-' or '.', not beginning with '.', not {field.Shown()}");
    }

    public static string DatasetPattern(JsonField field)
    {
        var pattern = field.Text();
        return pattern.Length is > 0 and <= MaxPathLength && !pattern.Any(c => char.IsControl(c) || c is '\\' or '/')
            ? pattern
            : throw field.Error($"must be a dataset's name, where * and ? stand for any characters, not {field.Shown()}");
    }

    /// <summary>A path that stays within its container.</summary>
    public static string Path(JsonField field)
    {
        var path = field.Text();
        var placeholders = path.Replace(AutoencoderReference.LayerPlaceholder, "0", StringComparison.Ordinal);
        return path.Length is > 0 and <= MaxPathLength
            && !placeholders.Any(c => char.IsControl(c) || c is '\\' or '{' or '}')
            && !path.Split('/').Any(segment => segment is "" or "." or "..")
            ? path
            : throw field.Error(
                $"must be a relative path such as autoencoders/mine/{{layer}}.safetensors, without \"..\", backslashes or other braces, "
                + $"not {field.Shown()}");
    }
}
