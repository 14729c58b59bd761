using AeServerless.Engine;
using AeServerless.Formats.Pickle;
using AeServerless.Formats.Tensors;

namespace AeServerless.Formats.Reading;

/// <summary>What a checkpoint holds beside its tensors. What nobody asked for is refused by name at the end.</summary>
internal sealed class CheckpointValues(TensorFile file)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public InvalidInputException Fault(string name, string problem) => new($"{file.Name}, entry '{ConfigObject.Clip(name)}'", problem);

    public string? Text(string name) => Find(name) switch
    {
        null => null,
        string text => text,
        _ => throw Fault(name, "has to be a text"),
    };

    public long? Whole(string name) => Find(name) switch
    {
        null => null,
        long number => number,
        _ => throw Fault(name, "has to be a whole number"),
    };

    public PickleDictionary? Dictionary(string name) => Find(name) switch
    {
        null => null,
        PickleDictionary dictionary => dictionary,
        _ => throw Fault(name, "has to be a dictionary"),
    };

    /// <summary>Names entries that are known to have no influence on what is computed.</summary>
    public CheckpointValues Ignore(params IEnumerable<string> names)
    {
        _known.UnionWith(names);
        return this;
    }

    /// <summary>Throws where an entry is neither used nor known to have no influence.</summary>
    public void RequireAllKnown(string reader)
    {
        if (file.Values.Keys.FirstOrDefault(name => !_known.Contains(name)) is { } unknown)
        {
            throw Fault(unknown, $"is not known to the {reader} reader: it may change what the autoencoder computes");
        }
    }

    private object? Find(string name)
    {
        _known.Add(name);
        return file.Values.GetValueOrDefault(name);
    }
}
