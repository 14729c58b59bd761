using System.Collections.Frozen;

namespace AeServerless.Engine.Tensors;

/// <summary>Names and sizes of <see cref="TensorDtype"/>s.</summary>
public static class TensorDtypes
{
    private static readonly FrozenDictionary<string, TensorDtype> ByName = Enum.GetValues<TensorDtype>().ToFrozenDictionary(Name);

    /// <summary>The names that a header may use, for messages.</summary>
    public static string Known { get; } = string.Join(", ", Enum.GetValues<TensorDtype>().Select(Name));

    /// <summary>The dtype's name in a safetensors header.</summary>
    public static string Name(this TensorDtype dtype) => dtype switch
    {
        TensorDtype.F8E5M2 => "F8_E5M2",
        TensorDtype.F8E4M3 => "F8_E4M3",
        TensorDtype.Bool => "BOOL",
        _ => dtype.ToString(),
    };

    /// <summary>Bytes of one element.</summary>
    public static int Size(this TensorDtype dtype) => dtype switch
    {
        TensorDtype.F64 or TensorDtype.I64 or TensorDtype.U64 => 8,
        TensorDtype.F32 or TensorDtype.I32 or TensorDtype.U32 => 4,
        TensorDtype.F16 or TensorDtype.BF16 or TensorDtype.I16 or TensorDtype.U16 => 2,
        _ => 1,
    };

    /// <summary>Whether the dtype is one that rows of activations and weights can have: F32, F16 or BF16.</summary>
    public static bool IsActivation(this TensorDtype dtype) => dtype is TensorDtype.F32 or TensorDtype.F16 or TensorDtype.BF16;

    /// <summary>Finds the dtype of a name as it stands in a header.</summary>
    public static bool TryParse(string name, out TensorDtype dtype) => ByName.TryGetValue(name, out dtype);
}
