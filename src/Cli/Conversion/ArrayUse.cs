using AeServerless.Engine;
using AeServerless.Engine.Tensors;
using AeServerless.Formats.Tensors;

namespace AeServerless.Cli.Conversion;

/// <summary>What an array is to be, which tells columns and tensors that are not named.</summary>
internal sealed class ArrayUse
{
    private readonly IReadOnlyList<string> _names;

    private ArrayUse(IReadOnlyList<string> names) => _names = names;

    /// <summary>Token ids, by the names that SAELens, Hugging Face's tokenizers and delphi give them.</summary>
    public static ArrayUse TokenIds { get; } = new(["token_ids", "input_ids", "tokens"]);

    /// <summary>Activations: the only array that they can be, or one that OpenMOSS and Activault name so.</summary>
    public static ArrayUse Activations { get; } = new(["activation", "activations", "states"]);

    /// <summary>A column's name.</summary>
    /// <param name="file">What messages call the file.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="floats">Those that can be activations.</param>
    /// <param name="part">The column that the user named, if so.</param>
    public string Choose(string file, IReadOnlyList<string> columns, IReadOnlyList<string> floats, string? part)
    {
        if (part is not null)
        {
            return part;
        }

        if (_names.FirstOrDefault(columns.Contains) is { } known)
        {
            return known;
        }

        return this == Activations && floats is [var only] ? only : throw new InvalidInputException(
            file, $"has the columns {string.Join(", ", columns)}: say which, as {file}#{columns.FirstOrDefault() ?? "column"}");
    }

    /// <summary>A tensor of a file.</summary>
    public StoredTensor Choose(TensorFile file, string? part)
    {
        IReadOnlyList<string> floats =
        [
            .. file.Tensors.Values.Where(tensor => tensor.Dtype.IsActivation() && tensor.Shape.Count is 2 or 3)
                .Select(tensor => tensor.Name),
        ];
        var name = Choose(file.Name, [.. file.Tensors.Keys], floats, part);
        return file.Tensors.TryGetValue(name, out var tensor) ? tensor : throw new InvalidInputException(
            $"{file.Name}, tensor '{name}'", $"is missing; the file has {string.Join(", ", file.Tensors.Keys)}");
    }
}
