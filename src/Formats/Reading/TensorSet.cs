using AeServerless.Engine;
using AeServerless.Formats.Tensors;

namespace AeServerless.Formats.Reading;

/// <summary>The tensors of a file. Those that nobody asked for are refused by name at the end.</summary>
internal sealed class TensorSet(TensorFile file)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public TensorFile File => file;

    public StoredTensor Require(string name) => Optional(name) ?? throw new InvalidInputException(
        file.Name, $"tensor '{name}' is missing; there are {Found()}");

    public StoredTensor? Optional(string name)
    {
        _known.Add(name);
        return file.Tensors.GetValueOrDefault(name);
    }

    /// <summary>Names tensors that are known to have no influence on what is computed.</summary>
    public TensorSet Ignore(Func<string, bool> names)
    {
        _known.UnionWith(file.Tensors.Keys.Where(names));
        return this;
    }

    /// <summary>Throws where a tensor is neither used nor known to have no influence.</summary>
    public void RequireAllKnown(string reader)
    {
        if (file.Tensors.Keys.FirstOrDefault(name => !_known.Contains(name)) is { } unknown)
        {
            throw new InvalidInputException(
                $"{file.Name}, tensor '{ConfigObject.Clip(unknown)}'",
                $"is not known to the {reader} reader: it may change what the autoencoder computes");
        }
    }

    private string Found()
    {
        const int Most = 12;
        var names = file.Tensors.Keys.Order(StringComparer.Ordinal).Take(Most).Select(ConfigObject.Clip).ToArray();
        return names.Length == 0 ? "no tensors" : string.Join(", ", names) + (file.Tensors.Count > Most ? ", …" : "");
    }
}
