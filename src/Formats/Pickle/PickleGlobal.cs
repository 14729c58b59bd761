using AeServerless.Engine.Tensors;

namespace AeServerless.Formats.Pickle;

/// <summary>
/// A name that a pickle may use. There are no others: whatever else a pickle names is refused before anything is done with it.
/// </summary>
internal sealed record PickleGlobal(string Module, string Name, TensorDtype? Storage = null)
{
    public static PickleGlobal OrderedDict { get; } = new("collections", "OrderedDict");

    public static PickleGlobal RebuildTensor { get; } = new("torch._utils", "_rebuild_tensor_v2");

    public static PickleGlobal RebuildParameter { get; } = new("torch._utils", "_rebuild_parameter");

    private static IReadOnlyList<PickleGlobal> Known { get; } =
    [
        OrderedDict, RebuildTensor, RebuildParameter,
        new("torch", "DoubleStorage", TensorDtype.F64), new("torch", "FloatStorage", TensorDtype.F32),
        new("torch", "HalfStorage", TensorDtype.F16), new("torch", "BFloat16Storage", TensorDtype.BF16),
        new("torch", "LongStorage", TensorDtype.I64), new("torch", "IntStorage", TensorDtype.I32),
        new("torch", "ShortStorage", TensorDtype.I16), new("torch", "CharStorage", TensorDtype.I8),
        new("torch", "ByteStorage", TensorDtype.U8), new("torch", "BoolStorage", TensorDtype.Bool),
    ];

    public static PickleGlobal? Find(string module, string name) =>
        Known.FirstOrDefault(known => known.Module == module && known.Name == name);
}
