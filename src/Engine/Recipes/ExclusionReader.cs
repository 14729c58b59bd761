using AeServerless.Engine.Json;

namespace AeServerless.Engine.Recipes;

/// <summary>Reads which tokens a recipe keeps out of statistics.</summary>
internal static class ExclusionReader
{
    public static TokenExclusion Read(JsonField field)
    {
        var fields = field.Object("positions", "tokenIds", "normAbove");
        return new TokenExclusion
        {
            Positions = Numbers(fields.Optional("positions"), "a list of positions in a sequence"),
            TokenIds = Numbers(fields.Optional("tokenIds"), "a list of token ids"),
            NormAbove = fields.Optional("normAbove") is { } above ? Multiple(above) : null,
        };
    }

    // Unlike a selection of latents, an empty list has a meaning: none.
    private static List<int> Numbers(JsonField? field, string what) =>
        field is null ? [] : [.. field.Array(what).Select(item => item.Integer(0, int.MaxValue)).Distinct().Order()];

    private static double Multiple(JsonField field)
    {
        var multiple = field.Number();
        return multiple > TokenExclusion.MinNormAbove
            ? multiple
            : throw field.Error($"must be a number above 1, a multiple of the median norm, not {field.Shown()}");
    }
}
