using System.Diagnostics.CodeAnalysis;

namespace AeServerless.Formats.Pickle;

/// <summary>A Python dictionary as a pickle holds it: entries in their order, keyed by texts or whole numbers.</summary>
public sealed class PickleDictionary
{
    private readonly OrderedDictionary<object, object?> _entries = [];

    /// <summary>Keys (<see cref="string"/> or <see cref="long"/>) and values in their order.</summary>
    public IEnumerable<KeyValuePair<object, object?>> Entries => _entries;

    /// <summary>Number of entries.</summary>
    public int Count => _entries.Count;

    /// <summary>Finds an entry.</summary>
    public bool TryGet(object key, [MaybeNullWhen(true)] out object? value) => _entries.TryGetValue(key, out value);

    internal void Set(object key, object? value) => _entries[key] = value;
}
