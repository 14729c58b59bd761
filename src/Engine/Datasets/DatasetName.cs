using AeServerless.Engine.IO;

namespace AeServerless.Engine.Datasets;

/// <summary>Names of activation datasets: one folder of the container <c>activations</c>.</summary>
public static class DatasetName
{
    /// <summary>The longest name.</summary>
    public const int MaxLength = 200;

    /// <summary>Returns the name if it can be one folder's name and no pattern.</summary>
    /// <exception cref="InvalidInputException">
    /// The name is empty, longer than 200 characters, starts or ends with a dot or space, or has <c>..</c>, <c>/</c>, <c>\</c>, <c>*</c>,
    /// <c>?</c> or a control character.
    /// </exception>
    public static string Validate(string name)
    {
        var problem = name switch
        {
            "" => "is empty",
            { Length: > MaxLength } => $"has {name.Length} characters; at most {MaxLength} are allowed",
            _ when name.AsSpan().IndexOfAny("/\\") >= 0 => "has a slash; a dataset is one folder",
            _ when name.AsSpan().IndexOfAny("*?") >= 0 => "has '*' or '?', which only patterns have",
            _ when name.Contains("..", StringComparison.Ordinal) => "has '..'",
            _ when !Characters.AreClean(name) => "has a control character or is not valid Unicode",
            _ when name[0] is '.' or ' ' || name[^1] is '.' or ' ' => "starts or ends with a dot or a space",
            _ => null,
        };
        return problem is null ? name : throw new InvalidInputException($"dataset name '{OneLineText.Clip(name)}'", problem);
    }
}
