using AeServerless.Engine;

namespace AeServerless.Formats.Pickle;

/// <summary>What the known names of a checkpoint's pickle make: dictionaries and tensors.</summary>
internal sealed class TorchObjects(string file)
{
    private const int MostDimensions = 64;
    private const string Metadata = "_metadata";

    private readonly Dictionary<string, TorchStorage> _storages = new(StringComparer.Ordinal);

    /// <summary>Every storage that was referred to, by its key.</summary>
    public IReadOnlyDictionary<string, TorchStorage> Storages => _storages;

    public PickleGlobal Global(string module, string name) => PickleGlobal.Find(module, name) ?? throw new InvalidInputException(
        file,
        $"its pickle names {Clip(module)}.{Clip(name)}, which is refused: only tensors, dictionaries, lists, tuples, numbers and texts "
            + "are read. Save the tensors alone (a state_dict)");

    /// <summary>What the pickle's reference to a storage means.</summary>
    public TorchStorage Storage(object? reference)
    {
        if (reference is not object?[] { Length: 5 or 6 } parts || parts[0] is not "storage"
            || parts[1] is not PickleGlobal { Storage: { } dtype } || parts[2] is not string key || parts[4] is not long and not null)
        {
            throw new InvalidInputException(file, "its pickle refers to something that is not a storage of numbers");
        }

        if (parts.Length == 6 && parts[5] is not null)
        {
            throw new InvalidInputException(
                file,
                $"storage '{Clip(key)}' is a view of another, as only very old versions of torch write; save it again");
        }

        var count = parts[4] is long number && number >= 0
            ? number
            : throw new InvalidInputException(file, $"storage '{Clip(key)}' has no valid size");
        var storage = new TorchStorage(key, dtype, count);
        return _storages.TryAdd(key, storage) || _storages[key] == storage
            ? storage
            : throw new InvalidInputException(file, $"storage '{Clip(key)}' is used with two types or sizes");
    }

    public object Call(PickleGlobal function, object?[] arguments)
    {
        if (function == PickleGlobal.OrderedDict && arguments.Length == 0)
        {
            return new PickleDictionary();
        }

        if (function == PickleGlobal.RebuildTensor)
        {
            return Tensor(arguments);
        }

        return function == PickleGlobal.RebuildParameter && arguments is [TorchTensor tensor, bool, PickleDictionary { Count: 0 }]
            ? tensor
            : throw new InvalidInputException(file, $"its pickle calls {function.Module}.{function.Name} in an unknown way");
    }

    /// <summary>Lets the state that a state_dict carries pass: versions of modules, which mean nothing to tensors.</summary>
    public void RequireHarmlessState(object? state, object? target)
    {
        if (target is not PickleDictionary || state is not PickleDictionary attributes
            || attributes.Entries.Any(entry => entry.Key is not Metadata))
        {
            throw new InvalidInputException(file, "its pickle gives an object a state of its own; only a state_dict's _metadata is known");
        }
    }

    private TorchTensor Tensor(object?[] arguments)
    {
        if (arguments is not
            [TorchStorage storage, long offset, object?[] shape, object?[] strides, bool, PickleDictionary { Count: 0 }, ..]
            || arguments.Length > 7 || (arguments.Length == 7 && arguments[6] is not (null or PickleDictionary { Count: 0 }))
            || shape.Length != strides.Length || shape.Length > MostDimensions)
        {
            throw new InvalidInputException(file, "its pickle rebuilds a tensor in an unknown way");
        }

        return new TorchTensor(storage, offset, Sizes(shape), Sizes(strides));
    }

    private long[] Sizes(object?[] values) => Array.ConvertAll(values, value => value is long size && size >= 0
        ? size
        : throw new InvalidInputException(file, "its pickle has a tensor whose shape or stride is not of whole numbers from 0 on"));

    private static string Clip(string text) => text.Length <= 120 ? text : $"{text[..120]}…";
}
