using System.Globalization;
using AeServerless.Engine;
using AeServerless.Engine.Tensors;

namespace AeServerless.Cli.Conversion;

/// <summary>Type and shape of an array as a user gives them: <c>float32:1000x128x768</c>, or <c>1000x128x768</c> alone.</summary>
/// <param name="Dtype">The type; <see langword="null"/> where it is not given.</param>
/// <param name="Dimensions">The shape.</param>
internal sealed record ArrayShape(TensorDtype? Dtype, IReadOnlyList<long> Dimensions)
{
    private static readonly Dictionary<string, TensorDtype> Types = new(StringComparer.OrdinalIgnoreCase)
    {
        ["float32"] = TensorDtype.F32,
        ["float16"] = TensorDtype.F16,
        ["bfloat16"] = TensorDtype.BF16,
        ["int64"] = TensorDtype.I64,
        ["int32"] = TensorDtype.I32,
        ["uint32"] = TensorDtype.U32,
        ["uint16"] = TensorDtype.U16,
    };

    /// <summary>Elements of the array.</summary>
    public Int128 Count => Dimensions.Aggregate((Int128)1, (product, dimension) => product * dimension);

    public static ArrayShape Parse(string text, string subject)
    {
        var (type, shape) = text.Split(':') switch
        {
            [var only] => (null, only),
            [var name, var rest] => (name, rest),
            _ => throw Wrong(subject),
        };
        var dimensions = new List<long>();
        foreach (var part in shape.Split('x'))
        {
            dimensions.Add(long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var dimension) && dimension > 0
                ? dimension
                : throw Wrong(subject));
        }

        if (dimensions.Count > 3)
        {
            throw Wrong(subject);
        }

        return type is null || Types.ContainsKey(type) ? new ArrayShape(type is null ? null : Types[type], dimensions)
            : throw new InvalidInputException(subject, $"has the type '{type}'; {string.Join(", ", Types.Keys)} are read");
    }

    private static InvalidInputException Wrong(string subject) => new(
        subject, "must be type and shape behind the #, as float32:1000x128x768, with one to three dimensions");
}
